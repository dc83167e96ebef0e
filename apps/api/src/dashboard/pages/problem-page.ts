import type { ErrorRequestHandler, RequestHandler } from 'express';
import { Problem } from '#core/problem.js';
import { answerProblems } from '../../http/problem-responses.js';
import { requestStateOf } from '../../http/request-state.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { problemPage } from '../view-models/bare-pages.js';
import { dashboardStateOf } from './dashboard-state.js';
import { themeOf } from './theme.js';

/** Shows whatever was thrown as a page, also before anybody looked whether its reader is signed in. */
export function problemPages({ renderer }: Pick<DashboardDeps, 'renderer'>): ErrorRequestHandler {
  return answerProblems(({ code, status, title, detail }, response, request) => {
    const { session } = dashboardStateOf(response);
    const isShutOut = session === null && (code === 'tenant-suspended' || code === 'tenant-deleted');
    const { requestId } = requestStateOf(response);
    const model = problemPage({ theme: themeOf(request), status, title, detail, requestId, isShutOut });
    response.set('Cache-Control', 'private, no-store');
    response.status(status).type('html').send(renderer.render('problem', model));
  });
}

/** No page has this address. */
export const noSuchPage: RequestHandler = () => {
  throw new Problem('not-found');
};
