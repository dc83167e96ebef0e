import type { RequestHandler } from 'express';
import { newId } from '#core/ids.js';
import { type Logger, redactSecrets } from '#core/logger.js';
import { setRequestState } from './request-state.js';

/** Nor one that looks like a secret: it is answered, logged, and kept in the audit. */
const isAcceptable = (id: string) => /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/.test(id) && redactSecrets(id) === id;

/**
 * Gives each request an id, its own or a sane `X-Request-Id` of the caller, and says it in the answer, so that a person's
 * report, our log and the caller's log meet.
 */
export function identifyRequests(deps: { logger: Logger }): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id') ?? '';
    const requestId = isAcceptable(given) ? given : newId();
    response.set('X-Request-Id', requestId);
    const logger = deps.logger.child({ requestId });
    setRequestState(response, {
      requestId,
      logger,
      caller: null,
      refusal: null,
      problem: null,
      onProblem: () => undefined,
      beginFile: () => undefined,
      work: Promise.resolve(),
      speaksOpenAi: false,
    });
    next();
  };
}
