import type { DashboardDeps } from '../dashboard-deps.js';
import { addKeyPages } from './add-key.js';
import { auditPages } from './audit.js';
import { balancePages } from './balance.js';
import { deleteKeyPages } from './delete-key.js';
import { editKeyPages } from './edit-key.js';
import { issueTokenPages } from './issue-token.js';
import { keyButtons } from './key-buttons.js';
import { keyPages } from './key.js';
import { keysPages } from './keys.js';
import { organizationPages } from './organization.js';
import { organizationsPages } from './organizations.js';
import { overviewPages } from './overview.js';
import type { PageRoute } from './page-route.js';
import { ownPricesPages } from './own-prices.js';
import { pricesPages } from './prices.js';
import { projectPages } from './project.js';
import { projectsPages } from './projects.js';
import { reconciliationPages } from './reconciliation.js';
import { renameOrganizationPages } from './rename-organization.js';
import { reportedPages } from './reported.js';
import { replaceSecretPages } from './replace-secret.js';
import { sessionsPages } from './sessions.js';
import { retentionPages } from './retention.js';
import { settingsPages } from './settings.js';
import { spendPages } from './spend.js';
import { closeTenantPages } from './close-tenant.js';
import { tenantPages } from './tenant.js';
import { tenantsPages } from './tenants.js';
import { tokenActions } from './token-actions.js';
import { tokensPages } from './tokens.js';
import { usagePages } from './usage.js';

/** Every page and button of a tenant, in the order they are matched: `/keys/new` is no id. */
export function pageRoutes(deps: DashboardDeps): PageRoute[] {
  return [
    ...overviewPages(deps),
    ...keysPages(deps),
    ...addKeyPages(deps),
    ...keyPages(deps),
    ...editKeyPages(deps),
    ...replaceSecretPages(deps),
    ...deleteKeyPages(deps),
    ...keyButtons(deps),
    ...usagePages(deps),
    ...reportedPages(deps),
    ...spendPages(deps),
    ...balancePages(deps),
    ...pricesPages(deps),
    ...ownPricesPages(deps),
    ...projectsPages(deps),
    ...projectPages(deps),
    ...organizationsPages(deps),
    ...organizationPages(deps),
    ...renameOrganizationPages(deps),
    ...reconciliationPages(deps),
    ...auditPages(deps),
    ...settingsPages(deps),
    ...retentionPages(deps),
    ...tokensPages(deps),
    ...issueTokenPages(deps),
    ...tokenActions(deps),
    ...tenantsPages(deps),
    ...tenantPages(deps),
    ...closeTenantPages(deps),
    ...sessionsPages(deps),
  ];
}
