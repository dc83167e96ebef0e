import express, { type RequestHandler } from 'express';
import { Problem } from '#core/problem.js';
import { refuseIllFormedForm } from '../../http/refuse-ill-formed.js';

const usualLimitBytes = 16 * 1024;

/** Parses a form, of at most 16 KiB unless told, into `request.body`; a body of another kind counts as an empty form. */
export function readForm(limitBytes = usualLimitBytes): RequestHandler {
  const parse = express.urlencoded({
    extended: false,
    limit: limitBytes,
    parameterLimit: 20,
    verify: refuseIllFormedForm,
  });
  return (request, response, next) => {
    parse(request, response, (error?: unknown) => next(isTooLarge(error) ? tooLarge(limitBytes) : error));
  };
}

function isTooLarge(error: unknown): boolean {
  const type = error instanceof Error && 'type' in error ? error.type : null;
  return type === 'entity.too.large' || type === 'parameters.too.many';
}

function tooLarge(limitBytes: number): Problem {
  return new Problem('body-too-large', { detail: `A form may have ${limitBytes / 1024} KiB and twenty fields.` });
}

/** The fields that were given once; a repeated one is none. */
export function stringsOf(fields: unknown): Record<string, string> {
  const entries = typeof fields === 'object' && fields !== null ? Object.entries(fields) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
