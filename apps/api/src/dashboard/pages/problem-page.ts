import type { ErrorRequestHandler, RequestHandler } from 'express';
import { Problem } from '#core/problem.js';
import { noteProblem, requestStateOf } from '../../http/request-state.js';
import { toProblem } from '../../http/problem-responses.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { problemPage } from '../view-models/bare-pages.js';
import { themeOf } from './theme.js';

/** Shows whatever was thrown as a page; details of our own faults go to the log only. */
export function problemPages({ renderer }: Pick<DashboardDeps, 'renderer'>): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const problem = toProblem(error);
    noteProblem(response, problem);
    const { logger, requestId } = requestStateOf(response);
    if (problem.status >= 500) logger.error({ err: problem.cause ?? problem }, problem.title);
    else if (problem.cause !== undefined) logger.info({ err: problem.cause }, problem.title);
    if (response.headersSent) {
      // A file broke off: only a cut connection tells the reader that what they have is not everything.
      response.destroy();
      return;
    }
    if (problem.retryAfterSecs !== undefined) response.set('Retry-After', String(problem.retryAfterSecs));
    response.removeHeader('Content-Disposition');
    const { status, title, detail } = problem;
    const model = problemPage({ theme: themeOf(request), status, title, detail, requestId });
    response.status(status).type('html').send(renderer.render('problem', model));
  };
}

/** No page has this address. */
export const noSuchPage: RequestHandler = () => {
  throw new Problem('not-found');
};
