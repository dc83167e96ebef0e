import { parseUsd, type PicoUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import type { Reader } from '#db/reader.js';
import { costBeforeSync } from './cost-before-sync.js';
import { isSettled } from './cost-of-days.js';
import { loadDaysAround } from './load-days-around.js';

/**
 * The balance is made of the last, and its drift of the one before. Each costs a look at the hours and the bill of a day, so an
 * older one goes by the estimate that it was made with.
 */
const valuedSyncs = 2;

interface SyncRow {
  id: string;
  at: Date;
  billedUsd: string;
  reportedUsd: string;
  /** Of the bill of its UTC day as it is now. */
  amountUsd: string | null;
  readAt: Date | null;
}

/** What its own UTC day had cost by each of the newest syncs, by the prices and the bill of today; by the sync's id. */
export async function loadCostsBeforeSyncs(
  reader: Reader,
  { tenantId, organizationId }: { tenantId: string; organizationId: string },
): Promise<Map<string, PicoUsd>> {
  const syncs = await reader.$queryRaw<SyncRow[]>`
    SELECT e.id, e.at, e.day_billed_usd::text AS "billedUsd", e.hour_reported_usd::text AS "reportedUsd",
      d.amount_usd::text AS "amountUsd", d.read_at AS "readAt"
    FROM ledger_entry e LEFT JOIN billed_day d ON d.tenant_id = e.tenant_id AND d.organization_id = e.organization_id
      AND d.billed_on = (e.at AT TIME ZONE 'UTC')::date
    WHERE e.tenant_id = ${tenantId}::uuid AND e.organization_id = ${organizationId}::uuid AND e.day_billed_usd IS NOT NULL
      AND NOT EXISTS (SELECT FROM ledger_entry u WHERE u.tenant_id = e.tenant_id AND u.organization_id = e.organization_id
        AND u.at = e.at AND u.kind = 'correction' AND u.about_id = e.id)
    ORDER BY e.at DESC, e.id DESC LIMIT ${valuedSyncs}`;
  const days = await loadDaysAround(
    reader,
    { tenantId, organizationId },
    syncs.map(({ at }) => at),
  );
  return new Map(
    syncs.flatMap((sync, index) => {
      const day = days[index];
      const own = { billed: parseUsd(sync.billedUsd), reportedInHour: parseUsd(sync.reportedUsd) };
      return day ? [[sync.id, costBeforeSync(sync.at, own, day, billOf(sync))]] : [];
    }),
  );
}

function billOf({ at, amountUsd, readAt }: SyncRow) {
  if (amountUsd === null || readAt === null) return null;
  return { amount: parseUsd(amountUsd), readAt, isSettled: isSettled({ day: utcDay(at), readAt }) };
}
