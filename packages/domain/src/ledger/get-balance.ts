import type { Clock } from '#core/clock.js';
import { utcDay } from '#core/utc-day.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { organizationNotFound } from '../organizations/get-organization.js';
import { type Balance, balanceOf } from './balance-of.js';
import { loadLedger } from './load-ledger.js';
import { sumReportedDays } from './sum-reported-days.js';

/**
 * What is left of an organization's prepaid credit by now; see `Balance`.
 * @throws Problem `not-found`
 */
export function getBalance(
  deps: BookDeps & { clock: Clock },
  tenantId: string,
  organizationId: string,
): Promise<Balance> {
  const now = deps.clock.now();
  return withBookSnapshot(deps, tenantId, async (inSnapshot) => {
    const reader = inSnapshot.snapshot.steadyReader;
    const [[organization], facts, reported] = await Promise.all([
      reader.$queryRaw<{ importedAt: Date | null }[]>`
        SELECT imported_at AS "importedAt" FROM organization
        WHERE tenant_id = ${tenantId}::uuid AND id = ${organizationId}::uuid`,
      loadLedger(reader, { tenantId, organizationId, today: utcDay(now) }),
      sumReportedDays(inSnapshot, tenantId, organizationId),
    ]);
    if (!organization) throw organizationNotFound();
    return balanceOf({ ...facts, reported, importedAt: organization.importedAt }, now);
  });
}
