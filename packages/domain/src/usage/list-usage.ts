import { Prisma } from '#db/rows.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { decodeTimeCursor, encodeTimeCursor } from '../paging/time-cursor.js';
import { sameUsage, type UsageFilter, within } from './usage-filter.js';
import { usageReader } from './usage-reader.js';
import { type SelectedUsageRow, selectUsageRow, toUsageRow, type UsageRow } from './usage-row.js';

/**
 * One page of usage records, newest first. `next` is the `after` of the following page, null on the last. Records that
 * arrive in between shift nothing.
 * @throws Problem `invalid-request` for a cursor that is none of ours
 */
export async function listUsage(
  deps: BookDeps,
  tenantId: string,
  filter: UsageFilter,
  page: { after?: string | undefined; limit: number },
): Promise<{ items: UsageRow[]; next: string | null }> {
  const rows = await withBookSnapshot(
    deps,
    tenantId,
    ({ snapshot }) => usageReader(snapshot, filter).$queryRaw<SelectedUsageRow[]>`
      ${selectUsageRow} FROM (
        SELECT * FROM usage_record
        WHERE ${sameUsage(tenantId, filter)} AND ${within(filter)} AND ${older(page.after)}
        ORDER BY occurred_at DESC, id DESC LIMIT ${page.limit + 1}
      ) r LEFT JOIN provider_key k ON k.tenant_id = r.tenant_id AND k.id = r.provider_key_id
      ORDER BY r.occurred_at DESC, r.id DESC`,
  );
  const items = rows.slice(0, page.limit).map(toUsageRow);
  const last = items.at(-1);
  return {
    items,
    next: rows.length > page.limit && last ? encodeTimeCursor({ at: last.occurredAt, id: last.id }) : null,
  };
}

function older(after: string | undefined): Prisma.Sql {
  if (after === undefined) return Prisma.sql`TRUE`;
  const { at, id } = decodeTimeCursor(after);
  return Prisma.sql`(occurred_at, id) < (${at}, ${id}::uuid)`;
}
