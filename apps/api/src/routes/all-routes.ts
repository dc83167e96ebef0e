import type { AppDeps } from '../app-deps.js';
import type { Route } from '../http/define-route.js';
import { accessTokenRoutes } from './access-token-routes.js';
import { auditRoutes } from './audit-routes.js';
import { healthRoutes } from './health-routes.js';
import { keyRoutes } from './key-routes.js';
import { ledgerRoutes } from './ledger-routes.js';
import { organizationRoutes } from './organization-routes.js';
import { metricsRoutes } from './metrics-routes.js';
import { mirrorRoutes } from './mirror-routes.js';
import { priceChangeRoutes } from './price-change-routes.js';
import { priceRoutes } from './price-routes.js';
import { reRatingRoutes } from './re-rating-routes.js';
import { reconciliationRoutes } from './reconciliation-routes.js';
import { reportedUsageRoutes } from './reported-usage-routes.js';
import { retentionRoutes } from './retention-routes.js';
import { tenantRoutes } from './tenant-routes.js';
import { usageEventRoutes } from './usage-event-routes.js';
import { usageFiguresRoutes } from './usage-figures-routes.js';
import { usageRoutes } from './usage-routes.js';

/** Every route of the JSON API. */
export function allRoutes(deps: AppDeps): Route[] {
  return [
    ...healthRoutes(deps),
    ...keyRoutes(deps),
    ...usageRoutes(deps),
    ...usageEventRoutes(deps),
    ...usageFiguresRoutes(deps),
    ...reportedUsageRoutes(deps),
    ...priceRoutes(deps),
    ...priceChangeRoutes(deps),
    ...reRatingRoutes(deps),
    ...mirrorRoutes(deps),
    ...reconciliationRoutes(deps),
    ...ledgerRoutes(deps),
    ...organizationRoutes(deps),
    ...accessTokenRoutes(deps),
    ...tenantRoutes(deps),
    ...retentionRoutes(deps),
    ...auditRoutes(deps),
    ...metricsRoutes(deps),
  ];
}
