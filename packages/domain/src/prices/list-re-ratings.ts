import { type PicoUsd, parseUsdSum } from '#core/money.js';
import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';

/** A re-rating of past usage, and how far it is. */
export interface ReRating {
  id: string;
  requestedAt: Date;
  requestedBy: string;
  toVersion: string;
  from: Date | null;
  to: Date | null;
  /** Null: all. */
  models: string[] | null;
  recordsRated: number;
  recordsChanged: number;
  /** Of the records that changed, in both books, as far as they had a price; null: none had. */
  costBefore: PicoUsd | null;
  costAfter: PicoUsd | null;
  /** Of the records that changed, those without a price. */
  recordsUnpricedBefore: number;
  recordsUnpricedAfter: number;
  /** Up to where its present walk over a book has come; null before the first record. */
  ratedUpTo: Date | null;
  finishedAt: Date | null;
}

/** The newest re-ratings. */
export async function listReRatings(
  deps: { db: Database },
  tenantId: string,
  { limit }: { limit: number },
): Promise<ReRating[]> {
  const rows = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<
      (Omit<ReRating, 'costBefore' | 'costAfter'> & { usdBefore: string; usdAfter: string })[]
    >`
      SELECT id::text, requested_at AS "requestedAt", requested_by AS "requestedBy", to_version AS "toVersion",
        from_at AS "from", to_at AS "to", models, rows_rated::float8 AS "recordsRated",
        rows_changed::float8 AS "recordsChanged", usd_before::text AS "usdBefore", usd_after::text AS "usdAfter",
        rows_unpriced_before::float8 AS "recordsUnpricedBefore", rows_unpriced_after::float8 AS "recordsUnpricedAfter",
        (position #>> '{position,at}')::timestamptz AS "ratedUpTo", finished_at AS "finishedAt"
      FROM re_rating WHERE tenant_id = ${tenantId}::uuid ORDER BY requested_at DESC, id DESC LIMIT ${limit}`,
  );
  return rows.map(({ usdBefore, usdAfter, ...row }) => ({
    ...row,
    costBefore: costOf(usdBefore, row.recordsChanged, row.recordsUnpricedBefore),
    costAfter: costOf(usdAfter, row.recordsChanged, row.recordsUnpricedAfter),
  }));
}

const costOf = (usd: string, records: number, unpriced: number): PicoUsd | null =>
  records > 0 && records === unpriced ? null : parseUsdSum(usd);
