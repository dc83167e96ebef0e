import { parseUsd, type PicoUsd } from '#core/money.js';
import type { Reader } from '#db/reader.js';
import { addDays } from '../spend/local-days.js';
import type { BilledDay } from './cost-of-days.js';
import { loadCostsBeforeSyncs } from './load-costs-before-syncs.js';
import { type LedgerEntry, type SelectedLedgerEntry, selectLedgerEntry, toLedgerEntry } from './ledger-entry.js';

/** How far back bills are read for burn rates and what to expect of a weekday: eight weeks and some days. */
const pastDays = 60;

/** What a balance is made of, as one transaction sees it. */
export interface LedgerFacts {
  /** All but spend, oldest first. */
  entries: LedgerEntry[];
  /** What its own UTC day had cost by each sync, as it is valued now. By the sync's id; those that lack have `estimated`. */
  costsBeforeSyncs: Map<string, PicoUsd>;
  /** Spend in the ledger by UTC day; more than zero was spent. */
  posted: Map<string, PicoUsd>;
  /** The bills of the last days, oldest first. */
  billed: BilledDay[];
  /** When costs were last read at all. */
  costsReadAt: Date | null;
}

export async function loadLedger(
  reader: Reader,
  { tenantId, organizationId, today }: { tenantId: string; organizationId: string; today: string },
): Promise<LedgerFacts> {
  const [entries, posted, billed, costsBeforeSyncs] = await Promise.all([
    reader.$queryRaw<SelectedLedgerEntry[]>`
      ${selectLedgerEntry} FROM ledger_entry e
      WHERE e.tenant_id = ${tenantId}::uuid AND e.organization_id = ${organizationId}::uuid AND e.kind <> 'spend'
      ORDER BY e.at, e.id`,
    reader.$queryRaw<{ day: string; usd: string }[]>`
      SELECT to_char(billed_on, 'YYYY-MM-DD') AS day, (-sum(amount_usd))::text AS usd FROM ledger_entry
      WHERE tenant_id = ${tenantId}::uuid AND organization_id = ${organizationId}::uuid AND kind = 'spend'
      GROUP BY billed_on`,
    reader.$queryRaw<{ day: string; usd: string; readAt: Date }[]>`
      SELECT to_char(billed_on, 'YYYY-MM-DD') AS day, amount_usd::text AS usd, read_at AS "readAt" FROM billed_day
      WHERE tenant_id = ${tenantId}::uuid AND organization_id = ${organizationId}::uuid
        AND billed_on >= ${addDays(today, -pastDays)}::date ORDER BY billed_on`,
    loadCostsBeforeSyncs(reader, { tenantId, organizationId }),
  ]);
  const reads = billed.map(({ readAt }) => readAt.getTime());
  return {
    entries: entries.map(toLedgerEntry),
    costsBeforeSyncs,
    posted: new Map(posted.map(({ day, usd }) => [day, parseUsd(usd)])),
    billed: billed.map(({ day, usd, readAt }) => ({ day, amount: parseUsd(usd), readAt })),
    costsReadAt: reads.length === 0 ? null : new Date(Math.max(...reads)),
  };
}
