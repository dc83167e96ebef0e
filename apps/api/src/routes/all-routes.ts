import type { AppDeps } from '../app-deps.js';
import type { Route } from '../http/define-route.js';
import { healthRoutes } from './health-routes.js';
import { keyRoutes } from './key-routes.js';
import { metricsRoutes } from './metrics-routes.js';
import { usageRoutes } from './usage-routes.js';

/** Every route of the JSON API. */
export function allRoutes(deps: AppDeps): Route[] {
  return [...healthRoutes(deps), ...keyRoutes(deps), ...usageRoutes(deps), ...metricsRoutes(deps)];
}
