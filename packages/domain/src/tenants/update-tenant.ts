import type { Database } from '#db/database.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { toTimeZone } from './to-time-zone.js';
import { changeTenant } from './change-tenant.js';
import type { TenantView } from './tenant-view.js';

/**
 * Gives a tenant another name or time zone; what is not named stays. Days that were summed in the former zone are kept
 * beside those in the new one, so that changing it back costs nothing.
 * @throws Problem `invalid-request` for an unknown time zone, `not-found`
 */
export async function updateTenant(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  { name, reportingTimeZone }: { name?: string | undefined; reportingTimeZone?: string | undefined },
): Promise<TenantView> {
  const zone = reportingTimeZone === undefined ? undefined : toTimeZone(reportingTimeZone);
  return changeTenant(deps, tenantId, {
    action: 'tenant.update',
    decide(before) {
      const wanted = { name: name ?? before.name, reportingTimeZone: zone ?? before.reportingTimeZone };
      const isSame = wanted.name === before.name && wanted.reportingTimeZone === before.reportingTimeZone;
      return isSame ? null : wanted;
    },
  });
}
