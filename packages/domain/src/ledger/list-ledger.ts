import { parseUsd, type PicoUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { isProvisional } from '../organizations/billed-day.js';
import { decodeTimeCursor, encodeTimeCursor } from '../paging/time-cursor.js';
import { type LedgerEntry, type SelectedLedgerEntry, selectLedgerEntry, toLedgerEntry } from './ledger-entry.js';

export interface ListedLedgerEntry extends LedgerEntry {
  isUndone: boolean;
  /** Of spend: the day's bill as it is now, of which this entry is all or a part. */
  bill: { amount: PicoUsd; readAt: Date; isProvisional: boolean } | null;
  /** Of spend: not the first of its day, but what the bill changed by later. */
  isRevision: boolean;
}

type Row = SelectedLedgerEntry & {
  isUndone: boolean;
  isRevision: boolean;
  billUsd: string | null;
  billReadAt: Date | null;
};

/**
 * One page of an organization's ledger, newest first by when an entry took effect. `next` is the `after` of the following
 * page, null on the last.
 * @throws Problem `invalid-request` for a cursor that is none of ours
 */
export async function listLedger(
  deps: { db: Database },
  tenantId: string,
  organizationId: string,
  page: { after?: string | undefined; limit: number },
): Promise<{ items: ListedLedgerEntry[]; next: string | null }> {
  // Whatever is about an entry stands at the same instant, which the index finds.
  const rows = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<Row[]>`
      ${selectLedgerEntry}, d.amount_usd::text AS "billUsd", d.read_at AS "billReadAt",
        EXISTS (SELECT FROM ledger_entry u WHERE u.tenant_id = e.tenant_id AND u.organization_id = e.organization_id
          AND u.at = e.at AND u.kind = 'correction' AND u.about_id = e.id) AS "isUndone",
        e.kind = 'spend' AND EXISTS (SELECT FROM ledger_entry f WHERE f.tenant_id = e.tenant_id
          AND f.organization_id = e.organization_id AND f.at = e.at AND f.kind = 'spend' AND f.id < e.id) AS "isRevision"
      FROM (
        SELECT * FROM ledger_entry
        WHERE tenant_id = ${tenantId}::uuid AND organization_id = ${organizationId}::uuid AND ${older(page.after)}
        ORDER BY at DESC, id DESC LIMIT ${page.limit + 1}
      ) e LEFT JOIN billed_day d ON d.tenant_id = e.tenant_id AND d.organization_id = e.organization_id
        AND d.billed_on = e.billed_on
      ORDER BY e.at DESC, e.id DESC`,
  );
  const items = rows.slice(0, page.limit).map(toListed);
  const last = items.at(-1);
  const next = rows.length > page.limit && last ? encodeTimeCursor(last) : null;
  return { items, next };
}

function older(after: string | undefined): Prisma.Sql {
  if (after === undefined) return Prisma.sql`TRUE`;
  const { at, id } = decodeTimeCursor(after);
  return Prisma.sql`(at, id) < (${at}, ${id}::uuid)`;
}

function toListed({ isUndone, isRevision, billUsd, billReadAt, ...row }: Row): ListedLedgerEntry {
  const entry = toLedgerEntry(row);
  const { billedOn } = entry;
  const isBilled = billUsd !== null && billReadAt !== null && billedOn !== null;
  return {
    ...entry,
    isUndone,
    isRevision,
    bill: isBilled
      ? { amount: parseUsd(billUsd), readAt: billReadAt, isProvisional: isProvisional(billedOn, billReadAt) }
      : null,
  };
}
