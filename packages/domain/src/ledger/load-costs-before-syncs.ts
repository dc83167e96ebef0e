import { parseUsd, type PicoUsd } from '#core/money.js';
import type { Tx } from '#db/database.js';
import { costBeforeSync } from './cost-before-sync.js';
import { sumUsageAround } from './sum-usage-around.js';

/**
 * The balance needs but the last; the others keep the past and its drift as they were shown. Each costs a look at up to 24
 * hours of usage, so an older one goes by the estimate that it was made with.
 */
const valuedSyncs = 5;

/** What its own UTC day had cost by each of the newest syncs, by the prices of today; by the sync's id. */
export async function loadCostsBeforeSyncs(
  tx: Tx,
  { tenantId, organizationId }: { tenantId: string; organizationId: string },
): Promise<Map<string, PicoUsd>> {
  const syncs = await tx.$queryRaw<{ id: string; at: Date; billedUsd: string; reportedUsd: string }[]>`
    SELECT id, at, day_billed_usd::text AS "billedUsd", hour_reported_usd::text AS "reportedUsd" FROM ledger_entry
    WHERE tenant_id = ${tenantId}::uuid AND organization_id = ${organizationId}::uuid AND day_billed_usd IS NOT NULL
    ORDER BY at DESC, id DESC LIMIT ${valuedSyncs}`;
  const usages = await sumUsageAround(
    tx,
    { tenantId, organizationId },
    syncs.map(({ at }) => at),
  );
  return new Map(
    syncs.flatMap(({ id, billedUsd, reportedUsd }, index) => {
      const usage = usages[index];
      if (!usage) return [];
      return [[id, costBeforeSync({ billed: parseUsd(billedUsd), reportedInHour: parseUsd(reportedUsd) }, usage)]];
    }),
  );
}
