import compression from 'compression';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import type { AppDeps } from './app-deps.js';
import { docsPages } from './docs/docs-pages.js';
import { allowOrigins } from './http/allow-origins.js';
import { apiRoutes } from './http/api-routes.js';
import { authenticate } from './http/authenticate.js';
import { identifyRequests } from './http/identify-requests.js';
import { limitAddress } from './http/limit-address.js';
import { limitFiles } from './http/limit-files.js';
import { limitRate } from './http/limit-rate.js';
import { logAccess } from './http/log-access.js';
import { openApiDocument } from './http/openapi.js';
import { notFound, problemResponses } from './http/problem-responses.js';
import { secureHeaders } from './http/secure-headers.js';
import { allRoutes } from './routes/all-routes.js';

/** The pages for people, which come after the JSON API; `limitRate` is theirs to put before what costs something. */
export type CreateDashboard = (deps: AppDeps & { limitRate: RequestHandler }) => Dashboard;

interface Dashboard {
  pages: Router;
  /** Where they are. */
  path: string;
  /** Shows what went wrong there as a page, also what went wrong before they were asked. */
  problemPages: ErrorRequestHandler;
}

/** The whole API as one Express application. Opens nothing and listens to nothing. */
export function createApp(deps: AppDeps, createDashboard: CreateDashboard): Express {
  const routes = allRoutes(deps);
  const limit = limitRate({ buckets: deps.buckets, settings: deps.settings.rateLimit });

  const app = express();
  app.disable('x-powered-by');
  // Nobody keeps an answer to compare it with: all but the files of the dashboard, which have their own, are no-store.
  app.disable('etag');
  app.set('trust proxy', deps.settings.trustProxy);

  app.use(identifyRequests(deps));
  app.use(logAccess(deps));
  app.use(secureHeaders(deps.settings));
  app.use(limitAddress);
  app.use(limitFiles());
  app.use(allowOrigins(deps.settings.allowedOrigins));
  app.use(compression());
  app.use(apiRoutes(routes, { authenticate: authenticate(deps), limitRate: limit }));
  app.use(['/docs', '/openapi.json'], limit);
  app.use(docsPages(openApiDocument(routes, deps.settings)));
  const dashboard = createDashboard({ ...deps, limitRate: limit });
  app.use(dashboard.pages);
  app.use(dashboard.path, dashboard.problemPages);
  app.use(limit, notFound);
  app.use(problemResponses);
  return app;
}
