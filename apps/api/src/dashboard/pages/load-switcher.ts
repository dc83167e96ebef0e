import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { roleAllows } from '#domain/access-tokens/access-role.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { unscopedListRecentTenants } from '#domain/tenants/unscoped-list-recent-tenants.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import type { Session } from '../session/session.js';
import type { SwitcherInput } from '../view-models/frame.js';

const offered = 5;

/** Which tenants a platform administrator is offered to look into; null for everybody else. */
export async function loadSwitcher(
  deps: { db: Database; clock: Clock },
  { principal }: Session,
  shown: Tenant,
): Promise<SwitcherInput | null> {
  if (!roleAllows(principal.role, accessTo.tenants.lookInto)) return null;
  const home = principal.tenant;
  const others = await unscopedListRecentTenants(deps, { except: [home.id, shown.id], limit: offered });
  return { home: shown.id === home.id ? null : home.name, others };
}
