import express, { type RequestHandler } from 'express';
import { Problem } from '#core/problem.js';

/** Far above what any request of ours needs (the longest is a pasted key with its settings). */
export const bodyLimitBytes = 64 * 1024;

const parse = express.json({ limit: bodyLimitBytes, type: ['application/json', 'application/*+json'] });

/**
 * Parses a JSON body of at most 64 KiB into `request.body`.
 * @throws Problem `unsupported-media-type` for a body of another kind; `body-too-large` and `invalid-request` by
 *   `toProblem`, from what the parser throws
 */
export const readJsonBody: RequestHandler = (request, response, next) => {
  // `is` is null when there is no body at all, false when there is one of another type, if only an empty one.
  const isEmpty = request.get('content-length') === '0';
  if (!isEmpty && request.is(['json', '+json']) === false) {
    next(new Problem('unsupported-media-type', { detail: 'Send the body with “Content-Type: application/json”.' }));
    return;
  }
  parse(request, response, next);
};
