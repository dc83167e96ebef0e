import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { changeTenant } from '../tenants/change-tenant.js';
import type { TenantView } from '../tenants/tenant-view.js';
import { fewestKeptDays, mostKeptDays } from './kept-days.js';

/**
 * Sets how many days a tenant keeps its single records; null: as the installation does. The worker deletes what is older
 * within the hours that follow, for good; sums stay. Setting more days again brings nothing back.
 * @param wanted `installationDays` 0: the installation keeps them for ever
 * @throws Problem `invalid-request` for fewer than 35 days or more than the installation's
 */
export async function setRecordRetention(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  wanted: { recordDays: number | null; installationDays: number },
): Promise<TenantView> {
  assertMayKeep(wanted);
  const { recordDays } = wanted;
  return changeTenant(deps, tenantId, {
    action: 'tenant.set-retention',
    decide: (before) => (before.recordRetentionDays === recordDays ? null : { recordRetentionDays: recordDays }),
  });
}

/** @throws Problem `invalid-request`, as `setRecordRetention` does */
export function assertMayKeep({
  recordDays,
  installationDays,
}: {
  recordDays: number | null;
  installationDays: number;
}): void {
  const fault = recordDays === null ? null : faultOf(recordDays, installationDays);
  if (fault === null) return;
  throw new Problem('invalid-request', { detail: `The days ${fault}.`, fields: { recordDays: fault } });
}

function faultOf(days: number, installationDays: number): string | null {
  if (!Number.isInteger(days) || days > mostKeptDays) return `must be a whole number up to ${mostKeptDays}`;
  if (days < fewestKeptDays) return `must be at least ${fewestKeptDays}, as events are accepted that far back`;
  if (installationDays === 0 || days <= installationDays) return null;
  return `must be at most ${installationDays}: the whole installation drops what is older (USAGE_RETENTION_DAYS)`;
}
