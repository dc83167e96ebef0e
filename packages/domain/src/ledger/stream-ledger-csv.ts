import type { PicoUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { toCsv } from '../csv/to-csv.js';
import { type ListedLedgerEntry, listLedger } from './list-ledger.js';

const batchRows = 1_000;

/** Column name → value, in the order of the file. */
const columns: Record<string, (entry: ListedLedgerEntry) => string | PicoUsd | null> = {
  at: ({ at }) => at.toISOString(),
  kind: ({ kind }) => kind,
  amount_usd: ({ amount }) => amount,
  billed_on: ({ billedOn }) => billedOn,
  stated_usd: ({ stated }) => stated,
  computed_usd: ({ computed }) => computed,
  estimated_usd: ({ estimated }) => estimated,
  expires_at: ({ expiresAt }) => expiresAt?.toISOString() ?? null,
  about_id: ({ aboutId }) => aboutId,
  is_undone: ({ isUndone }) => String(isUndone),
  reason: ({ reason }) => reason,
  created_at: ({ createdAt }) => createdAt.toISOString(),
  created_by: ({ createdBy }) => createdBy,
  organization_id: ({ organizationId }) => organizationId,
  id: ({ id }) => id,
};

/**
 * An organization's ledger as CSV (RFC 4180), newest first, in pieces of up to 1,000 rows. Text that a spreadsheet would run
 * as a formula is preceded by an apostrophe; amounts are left as they are, less than zero too. For a reader who is not signed
 * in, who wrote an entry and why are empty.
 */
export async function* streamLedgerCsv(
  deps: { db: Database },
  tenantId: string,
  organizationId: string,
  { isPublic = false }: { isPublic?: boolean } = {},
): AsyncGenerator<string, void, undefined> {
  yield toCsv([Object.keys(columns)]);
  let after: string | undefined;
  do {
    const page = await listLedger(deps, tenantId, organizationId, { after, limit: batchRows });
    const entries = isPublic ? page.items.map((entry) => ({ ...entry, createdBy: '', reason: '' })) : page.items;
    yield toCsv(entries.map((entry) => Object.values(columns).map((valueOf) => valueOf(entry))));
    after = page.next ?? undefined;
  } while (after !== undefined);
}
