import { formatUsd, type PicoUsd, parseUsdOrNull } from '#core/money.js';
import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import type { Cost } from '#pricing/cost-of.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { Usage } from '#pricing/usage.js';
import { forgetDaySumsAt } from '../books/forget-day-sums.js';
import { costReasonOf } from '../usage/cost-columns.js';
import { usageColumns } from '../usage/usage-columns.js';
import type { RatedBook } from './affected-usage.js';
import { rateRecord } from './rate-record.js';
import { recordSource } from './record-source.js';
import { replaceCosts } from './replace-costs.js';

/** The time and id of a record. */
export interface RecordPosition {
  at: string;
  id: string;
}

export interface BatchCounts {
  /** The last record that was looked at; null: there are no more. */
  position: RecordPosition | null;
  rated: number;
  changed: number;
  /** Of the records that changed, as far as they have a price. */
  usdBefore: string;
  usdAfter: string;
  /** Of the records that changed, those without a price. */
  unpricedBefore: number;
  unpricedAfter: number;
}

export interface ReplacedCost {
  id: string;
  at: Date;
  /** Of the sums that hold it. */
  hour: Date;
  requests: number;
  before: { costUsd: string | null; basis: string; reason: string | null; priceVersion: string };
  after: Cost;
}

const batchRecords = 2_000;

/** Rates the records of a book that follow a position, and keeps their hourly sums and former costs. */
export async function rateBatch(
  tx: Tx,
  {
    reRatingId,
    priceBook,
    condition,
    book,
    after,
  }: {
    reRatingId: string;
    priceBook: PriceBook;
    /** On the records that may be affected. */
    condition: Prisma.Sql;
    book: RatedBook;
    after: RecordPosition | null;
  },
): Promise<BatchCounts> {
  const found = await findRecords(tx, { book, condition, after });
  const last = found.at(-1);
  // A version of prices does not say whether it was known by then that a project is regional.
  const stale = found.filter((record) => record.isRegional || record.priceVersion !== priceBook.version);
  const rated = await rate(tx, { book, priceBook, stale });
  const replaced = rated.filter((one) => one.before.priceVersion !== priceBook.version || isChanged(one));
  const changed = replaced.filter(isChanged);
  if (replaced.length > 0) await replaceCosts(tx, { book, reRatingId, replaced, changed });
  return {
    position: last && found.length === batchRecords ? { at: last.atText, id: last.id } : null,
    rated: replaced.length,
    changed: changed.length,
    usdBefore: sumOf(changed.map(({ before }) => parseUsdOrNull(before.costUsd) ?? 0n)),
    usdAfter: sumOf(changed.map(({ after: cost }) => cost.costPicoUsd ?? 0n)),
    unpricedBefore: changed.filter(({ before }) => before.costUsd === null).length,
    unpricedAfter: changed.filter(({ after: cost }) => cost.costPicoUsd === null).length,
  };
}

interface FoundRecord {
  id: string;
  at: Date;
  hour: Date;
  /** As Postgres writes it. */
  atText: string;
  priceVersion: string;
  isRegional: boolean;
}

function findRecords(
  tx: Tx,
  { book, condition, after }: { book: RatedBook; condition: Prisma.Sql; after: RecordPosition | null },
): Promise<FoundRecord[]> {
  const { table, at, hour, isRegional } = recordSource[book];
  const following = after ? Prisma.sql`AND (${at}, id) > (${after.at}::timestamptz, ${after.id}::uuid)` : Prisma.sql``;
  return tx.$queryRaw<FoundRecord[]>`
    SELECT id::text, ${at} AS at, ${at}::text AS "atText", ${hour} AS hour, price_version AS "priceVersion",
      ${isRegional} AS "isRegional"
    FROM ${table} WHERE ${condition} ${following} ORDER BY ${at}, id LIMIT ${batchRecords}`;
}

interface LockedRecord extends Usage {
  id: string;
  at: Date;
  usageKind: string | null;
  model: string;
  serviceTier: string;
  usageDetail: string;
  usageQuantity: number | null;
  costUsd: string | null;
  costBasis: string;
  costReason: string | null;
  priceVersion: string;
  isRegional: boolean;
}

/** The days' sums first, as every writer of hours does; then the records, those that are still there. */
async function rate(
  tx: Tx,
  { book, priceBook, stale }: { book: RatedBook; priceBook: PriceBook; stale: readonly FoundRecord[] },
): Promise<ReplacedCost[]> {
  const [first] = stale;
  const last = stale.at(-1);
  if (!first || !last) return [];
  await forgetDaySumsAt(
    tx,
    book,
    stale.map(({ hour }) => hour),
  );
  const { table, at, others, isRegional } = recordSource[book];
  const locked = await tx.$queryRaw<LockedRecord[]>`
    SELECT id::text, ${at} AS at, ${others}, model, service_tier AS "serviceTier", ${usageColumns},
      cost_usd::text AS "costUsd", cost_basis AS "costBasis", cost_reason AS "costReason", price_version AS "priceVersion",
      ${isRegional} AS "isRegional"
    FROM ${table}
    WHERE tenant_id = current_tenant_id() AND ${at} BETWEEN ${first.at} AND ${last.at}
      AND id = ANY(${stale.map(({ id }) => id)}::uuid[])
    ORDER BY ${at}, id FOR UPDATE`;
  const hours = new Map(stale.map(({ id, hour }) => [id, hour]));
  return locked.flatMap((record) => {
    const cost = rateRecord(priceBook, { ...record, usage: record });
    const hour = hours.get(record.id);
    if (!cost || !hour) return [];
    const { id, requests, costUsd, costBasis: basis, costReason: reason, priceVersion } = record;
    return [{ id, at: record.at, hour, requests, before: { costUsd, basis, reason, priceVersion }, after: cost }];
  });
}

function isChanged({ before, after }: ReplacedCost): boolean {
  const costBefore = parseUsdOrNull(before.costUsd);
  return costBefore !== after.costPicoUsd || before.basis !== after.basis || before.reason !== costReasonOf(after);
}

function sumOf(amounts: readonly PicoUsd[]): string {
  return formatUsd(amounts.reduce((sum, amount) => sum + amount, 0n));
}
