import express, { type RequestHandler } from 'express';
import { Problem } from '#core/problem.js';

const limitBytes = 16 * 1024;
const parse = express.urlencoded({ extended: false, limit: limitBytes, parameterLimit: 20 });

/** Parses a form of at most 16 KiB into `request.body`; a body of another kind counts as an empty form. */
export const readForm: RequestHandler = (request, response, next) => {
  parse(request, response, (error?: unknown) => next(isTooLarge(error) ? tooLarge() : error));
};

function isTooLarge(error: unknown): boolean {
  const type = error instanceof Error && 'type' in error ? error.type : null;
  return type === 'entity.too.large' || type === 'parameters.too.many';
}

function tooLarge(): Problem {
  return new Problem('body-too-large', { detail: `A form may have ${limitBytes / 1024} KiB and twenty fields.` });
}

/** The fields that were given once; a repeated one is none. */
export function stringsOf(fields: unknown): Record<string, string> {
  const entries = typeof fields === 'object' && fields !== null ? Object.entries(fields) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
