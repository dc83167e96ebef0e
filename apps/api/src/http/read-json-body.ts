import express, { type RequestHandler } from 'express';
import { Problem } from '#core/problem.js';
import { refuseIllFormedJson } from './refuse-ill-formed.js';

/** Of a route that does not say otherwise. */
export const defaultBodyLimitBytes = 64 * 1024;

/**
 * Parses a JSON body of at most so many bytes, also after unpacking, into `request.body`.
 * @throws Problem `unsupported-media-type` for a body of another kind; `body-too-large` and `invalid-request` by
 *   `toProblem`, from what the parser throws
 */
export function readJsonBody(limitBytes = defaultBodyLimitBytes): RequestHandler {
  const parse = express.json({
    limit: limitBytes,
    type: ['application/json', 'application/*+json'],
    verify: refuseIllFormedJson,
  });
  return (request, response, next) => {
    // `is` is null when there is no body at all, false when there is one of another type, if only an empty one.
    const isEmpty = request.get('content-length') === '0';
    if (!isEmpty && request.is(['json', '+json']) === false) {
      next(new Problem('unsupported-media-type', { detail: 'Send the body with “Content-Type: application/json”.' }));
      return;
    }
    parse(request, response, next);
  };
}
