import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { CannotOpenError } from '#crypto/cannot-open-error.js';
import { Problem } from '#core/problem.js';
import { driverFault } from '#db/driver-fault.js';
import { isDatabaseAway } from '#db/is-database-away.js';
import { noteProblem, requestStateOf } from './request-state.js';

/** Answers whatever was thrown as `application/problem+json` (RFC 9457). */
export const problemResponses = answerProblems(sendProblem);

/** Handles whatever was thrown with an `answer` of its form; details of our own faults go to the log only. */
export function answerProblems(
  answer: (problem: Problem, response: Response, request: Request) => void,
): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const problem = toProblem(error);
    noteProblem(response, problem);
    const { logger } = requestStateOf(response);
    if (problem.status >= 500) logger.error({ err: problem.cause ?? problem }, problem.title);
    else if (problem.cause !== undefined) logger.info({ err: problem.cause }, problem.title);
    if (response.headersSent) {
      // A file broke off: only a cut connection tells the reader that what they have is not everything.
      response.destroy();
      return;
    }
    if (problem.retryAfterSecs !== undefined) response.set('Retry-After', String(problem.retryAfterSecs));
    response.removeHeader('Content-Disposition');
    answer(problem, response, request);
  };
}

/** No route, page or file has this address. */
export const notFound: RequestHandler = (_request, _response, next) => {
  next(new Problem('not-found', { detail: 'There is nothing at this address. See /docs for what there is.' }));
};

function sendProblem(problem: Problem, response: Response): void {
  const { requestId, speaksOpenAi } = requestStateOf(response);
  if (problem.status === 401) response.set('WWW-Authenticate', 'Bearer realm="keyledger"');
  response.set('Cache-Control', 'no-store');
  response.status(problem.status).type('application/problem+json');
  response.send(
    JSON.stringify({
      type: `/docs/errors#${problem.code}`,
      title: problem.title,
      status: problem.status,
      code: problem.code,
      ...(problem.detail !== undefined && { detail: problem.detail }),
      ...(problem.fields && { fields: problem.fields }),
      instance: `urn:keyledger:request:${requestId}`,
      requestId,
      ...(speaksOpenAi && { error: openAiError(problem) }),
    }),
  );
}

/** The same in the envelope of OpenAI's API (`components.schemas.Error` of its specification). */
function openAiError({ status, code, title, detail, fields }: Problem) {
  const [field] = Object.keys(fields ?? {});
  return {
    message: detail ?? title,
    type: status < 500 ? 'invalid_request_error' : 'server_error',
    param: field?.split('.')[0] ?? null,
    code,
  };
}

/** Postgres' SQLSTATE. */
const diskFull = '53100';

/** What was thrown as a Problem. Errors of Express and its body parser are named by `type`; their texts may repeat input. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof CannotOpenError) {
    return new Problem('key-cannot-be-opened', {
      detail: 'It does not open with this master key. Replace its secret, or restore the right master key.',
    });
  }
  if (isDatabaseAway(error)) {
    const isDiskFull = driverFault(error).sqlState === diskFull;
    const detail = isDiskFull ? 'The disk of the database is full.' : 'The database does not answer.';
    return new Problem('unavailable', { detail, retryAfterSecs: 5, cause: error });
  }
  const { type, status, limit } = error instanceof Error ? (error as ParserError) : {};
  switch (type) {
    case 'entity.too.large':
      return new Problem('body-too-large', { detail: `The limit is ${Number(limit) / 1024} KiB.` });
    case 'entity.parse.failed':
      return new Problem('invalid-request', { detail: 'The body is not well-formed JSON.' });
    case 'encoding.invalid':
      return new Problem('invalid-request', { detail: 'The body is not well-formed UTF-8.' });
    case 'nesting.too.deep':
      return new Problem('invalid-request', { detail: 'The body is nested more than 20 levels deep.' });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new Problem('unsupported-media-type', {
        detail: 'Send the body as UTF-8, plain or with gzip or deflate.',
      });
    default:
      return isClientFault(status) ? new Problem('invalid-request') : new Problem('internal', { cause: error });
  }
}

/** What Express and its body parser add to an error. `limit` is in bytes. */
type ParserError = Error & { type?: unknown; status?: unknown; limit?: unknown };

function isClientFault(status: unknown): boolean {
  return typeof status === 'number' && status >= 400 && status < 500;
}
