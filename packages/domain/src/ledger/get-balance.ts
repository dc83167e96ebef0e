import type { Clock } from '#core/clock.js';
import { utcDay } from '#core/utc-day.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { organizationNotFound } from '../organizations/get-organization.js';
import { type Balance, balanceOf } from './balance-of.js';
import { loadLedger } from './load-ledger.js';
import { sumReportedDays } from './sum-reported-days.js';

/**
 * What is left of an organization's prepaid credit by now; see `Balance`.
 * @throws Problem `not-found`
 */
export async function getBalance(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  organizationId: string,
): Promise<Balance> {
  const now = deps.clock.now();
  const [reported, facts] = await Promise.all([
    sumReportedDays(deps, tenantId, organizationId),
    withTenant(deps.db, tenantId, async (tx) => {
      const organization = await tx.organization.findUnique({
        where: { tenantId_id: { tenantId, id: organizationId } },
        select: { importedAt: true },
      });
      if (!organization) throw organizationNotFound();
      const ledger = await loadLedger(tx, { tenantId, organizationId, today: utcDay(now) });
      return { ...ledger, importedAt: organization.importedAt };
    }),
  ]);
  return balanceOf({ ...facts, reported }, now);
}
