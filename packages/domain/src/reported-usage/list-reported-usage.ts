import type { Clock } from '#core/clock.js';
import type { PicoUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import type { BookFilter, Calendar } from '../books/book.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { sumBook } from '../books/sum-book.js';
import { decodeTimeCursor, encodeTimeCursor } from '../paging/time-cursor.js';
import type { TenantPriceBooks } from '../prices/tenant-price-books.js';
import { settleSpendFilters } from '../spend/settle-spend-filters.js';
import { zoneSql } from '../spend/zone-sql.js';
import { knownCost, type SpendSums, sumSpend } from '../spend/spend-sums.js';
import { type ReportedRow, type SelectedReportedRow, selectReportedRow, toReportedRow } from './reported-row.js';

export interface ReportedQuestion {
  /** `YYYY-MM-DD` */
  day: string;
  /** Whose day. */
  calendar: Calendar;
  only: Omit<BookFilter, 'keyIds'>;
  after?: string | undefined;
  limit: number;
}

export interface ReportedPage {
  items: ReportedRow[];
  /** The `after` of the following page; null on the last. */
  next: string | null;
  totals: ReportedTotals;
  /** What the rows are narrowed to, by the names that the book has. */
  only: ReportedQuestion['only'];
}

/** `records`: the rows. Null cost: nothing has a price. */
export type ReportedTotals = Omit<SpendSums, 'cost'> & { cost: PicoUsd | null };

/**
 * The rows that make the figures of one day in the reported book, newest first, and those figures, which they add up to. An
 * import that reads the day again puts other rows in their place. Retention drops them; the figures stay.
 * @throws Problem `invalid-request` for a cursor that is none of ours or a model that nobody knows; `not-found` for an
 *   organization, project, key, tier or kind that the tenant does not have
 */
export async function listReportedUsage(
  deps: BookDeps & { db: Database; clock: Clock; priceBooks: TenantPriceBooks },
  tenantId: string,
  question: ReportedQuestion,
): Promise<ReportedPage> {
  const page = await readPage(deps, tenantId, question);
  if (page.totals.records > 0) return page;
  const { day, calendar, only } = question;
  const asked = { book: 'reported', calendar, only, fromDay: day, toDay: day } as const;
  const settled = await settleSpendFilters(deps, tenantId, asked);
  return settled.model === only.model ? page : readPage(deps, tenantId, { ...question, only: settled });
}

function readPage(deps: BookDeps, tenantId: string, question: ReportedQuestion): Promise<ReportedPage> {
  const { day, calendar, only, after, limit } = question;
  const place = after === undefined ? null : decodeTimeCursor(after);
  const older = place ? Prisma.sql`(bucket_at, id) < (${place.at}, ${place.id}::uuid)` : Prisma.sql`TRUE`;
  return withBookSnapshot(deps, tenantId, async (inSnapshot) => {
    const [rows, sums] = await Promise.all([
      inSnapshot.snapshot.reader.$queryRaw<SelectedReportedRow[]>`
        ${selectReportedRow} FROM (
          SELECT * FROM reported_usage WHERE ${meant(tenantId, question)} AND ${older}
          ORDER BY bucket_at DESC, id DESC LIMIT ${limit + 1}
        ) AS r LEFT JOIN openai_project AS p ON p.tenant_id = r.tenant_id AND p.id = r.project_id
          LEFT JOIN openai_api_key AS k ON k.tenant_id = r.tenant_id AND k.id = r.api_key_id
        ORDER BY r.bucket_at DESC, r.id DESC`,
      sumBook(inSnapshot, tenantId, {
        book: 'reported',
        calendar,
        by: 'none',
        fromDay: day,
        toDay: day,
        only,
      }),
    ]);
    const items = rows.slice(0, limit).map(toReportedRow);
    const last = items.at(-1);
    const totals = sumSpend(sums);
    return {
      items,
      next: rows.length > limit && last ? encodeTimeCursor({ at: last.bucketAt, id: last.id }) : null,
      totals: { ...totals, cost: totals.records === 0 ? null : knownCost(totals) },
      only,
    };
  });
}

/**
 * The rows of the day. An hour belongs to the day in which it begins, and a UTC day that was reported as one to that in which
 * its noon lies, as in the sums. The bounds of `bucket_at` itself are those that an index and the partitions know.
 */
function meant(tenantId: string, { day, calendar, only }: ReportedQuestion): Prisma.Sql {
  const zone = Prisma.sql`(SELECT ${zoneSql(calendar)} FROM tenant WHERE id = ${tenantId}::uuid)`;
  const begins = Prisma.sql`(${day}::date::timestamp AT TIME ZONE ${zone})`;
  const ends = Prisma.sql`((${day}::date + 1)::timestamp AT TIME ZONE ${zone})`;
  const standsAt = Prisma.sql`bucket_at + CASE bucket_secs WHEN 86400 THEN interval '12 hours' ELSE interval '0' END`;
  return Prisma.join(
    [
      Prisma.sql`tenant_id = ${tenantId}::uuid AND bucket_at >= ${begins} - interval '12 hours' AND bucket_at < ${ends}`,
      Prisma.sql`${standsAt} >= ${begins} AND ${standsAt} < ${ends}`,
      ...(only.organizationId === undefined ? [] : [Prisma.sql`organization_id = ${only.organizationId}::uuid`]),
      ...(only.projectId === undefined ? [] : [Prisma.sql`project_id = ${only.projectId}`]),
      ...(only.keyId === undefined ? [] : [Prisma.sql`api_key_id = ${only.keyId}`]),
      ...(only.model === undefined ? [] : [Prisma.sql`model = ${only.model}`]),
      ...(only.tier === undefined ? [] : [Prisma.sql`service_tier = ${only.tier}`]),
      ...(only.kind === undefined ? [] : [Prisma.sql`kind = ${only.kind}`]),
    ],
    ' AND ',
  );
}
