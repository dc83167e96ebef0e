import { type PicoUsd, parseUsdSum } from '#core/money.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { longContextAboveTokens } from '#pricing/cost-of.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { PriceKind } from '#pricing/price-sheet.js';
import type { Usage } from '#pricing/usage.js';
import { allInputTokens } from '../usage/token-sums.js';
import { usageColumnSums, usedColumns } from '../usage/usage-columns.js';
import { type AffectedUsage, affectedRecords, type RatedBook, ratedBooks } from './affected-usage.js';
import { isBeingRated } from './is-being-rated.js';
import { rateRecord } from './rate-record.js';
import { recordSource } from './record-source.js';

/** What the records of one model in one book would cost. */
export interface ModelEffect {
  book: RatedBook;
  /** As reported. */
  model: string;
  records: number;
  requests: number;
  /** Of what has a price. */
  costBefore: PicoUsd;
  costAfter: PicoUsd;
  unpricedRequestsBefore: number;
  unpricedRequestsAfter: number;
  /** What of these requests has no price by then, and so keeps them from a cost. */
  unpricedKindsAfter: readonly PriceKind[];
}

export interface ChangeEffect {
  /** The greatest difference first. Books are never to be added together. */
  models: ModelEffect[];
  /** False when there are more records than were looked at, which are the newest. */
  isComplete: boolean;
  /** True: a re-rating is under way, so that costs before may be former ones, which are about to change. */
  isBeingRated: boolean;
}

/** Of each book. More would keep whoever asks waiting. */
const mostRecords = 200_000;

/** What the past usage that a change of prices is about would cost by `after`, beside what it costs as stored. */
export async function estimatePriceChange(
  deps: { db: Database },
  tenantId: string,
  { after, affected }: { after: PriceBook; affected: AffectedUsage },
): Promise<ChangeEffect> {
  const { isUnderWay, ...sums } = await withTenant(deps.db, tenantId, async (tx) => ({
    isUnderWay: await isBeingRated(tx, affected),
    measured: await sumRecords(tx, { book: 'measured', after, affected }),
    reported: await sumRecords(tx, { book: 'reported', after, affected }),
  }));
  const effects = new Map<string, ModelEffect>();
  for (const book of ratedBooks) {
    for (const sum of sums[book]) addTo(effects, rated(book, sum, after));
  }
  const counted = Object.values(sums).map((rows) => rows.reduce((total, { records }) => total + records, 0));
  return {
    models: [...effects.values()].toSorted((a, b) => compare(difference(b), difference(a))),
    isComplete: counted.every((records) => records < mostRecords),
    isBeingRated: isUnderWay && effects.size > 0,
  };
}

interface RecordSum extends Usage {
  model: string;
  serviceTier: string;
  usageKind: string | null;
  usageDetail: string;
  costReason: string | null;
  day: string;
  isLong: boolean;
  isRegional: boolean;
  usageQuantity: number | null;
  records: number;
  costUsd: string;
  unpricedRequests: number;
}

/**
 * Records that a price treats alike, summed: costs are proportional to counts but for long context, which is a property
 * of one request and therefore told apart, and for what was used at all, as one part without a price leaves the whole
 * without a cost.
 */
function sumRecords(
  tx: Tx,
  { book, after, affected }: { book: RatedBook; after: PriceBook; affected: AffectedUsage },
): Promise<RecordSum[]> {
  const { table, at, others, isRegional } = recordSource[book];
  return affectedRecords(tx, { book, priceBook: after, affected }).then(
    (condition) => tx.$queryRaw<RecordSum[]>`
      SELECT model, service_tier AS "serviceTier", "usageKind", "usageDetail", reason AS "costReason", day, "isLong",
        "isRegional",
        sum("usageQuantity") AS "usageQuantity", count(*)::float8 AS records, ${usageColumnSums},
        coalesce(sum(cost_usd), 0)::text AS "costUsd",
        coalesce(sum(requests) FILTER (WHERE cost_usd IS NULL), 0)::float8 AS "unpricedRequests"
      FROM (
        SELECT *, ${others}, to_char(${at}, 'YYYY-MM-DD') AS day,
          CASE WHEN cost_reason IN ('usage-unknown', 'usage-estimated') THEN cost_reason END AS reason,
          requests = 1 AND ${allInputTokens} > ${longContextAboveTokens}::int AS "isLong", ${usedColumns} AS used,
          ${isRegional} AS "isRegional"
        FROM (SELECT * FROM ${table} WHERE ${condition} ORDER BY ${at} DESC LIMIT ${mostRecords}) newest
      ) r
      GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, used`,
  );
}

function rated(book: RatedBook, sum: RecordSum, after: PriceBook): ModelEffect {
  // One request where each was long, so that all are priced so; else several.
  const usage = { ...sum, requests: sum.isLong ? 1 : 2 };
  const cost = rateRecord(after, { ...sum, usage, at: new Date(`${sum.day}T00:00:00Z`) });
  const costBefore = parseUsdSum(sum.costUsd);
  const isPriced = cost !== null && cost.costPicoUsd !== null;
  const unpricedRequestsAfter = cost === null ? sum.unpricedRequests : isPriced ? 0 : sum.requests;
  return {
    book,
    model: sum.model,
    records: sum.records,
    requests: sum.requests,
    costBefore,
    costAfter: cost === null ? costBefore : (cost.costPicoUsd ?? 0n),
    unpricedRequestsBefore: sum.unpricedRequests,
    unpricedRequestsAfter,
    unpricedKindsAfter: cost?.basis === 'unpriced' ? [...cost.unpricedKinds] : [],
  };
}

function addTo(effects: Map<string, ModelEffect>, effect: ModelEffect): void {
  const name = `${effect.book} ${effect.model}`;
  const known = effects.get(name);
  effects.set(
    name,
    known
      ? {
          ...known,
          records: known.records + effect.records,
          requests: known.requests + effect.requests,
          costBefore: known.costBefore + effect.costBefore,
          costAfter: known.costAfter + effect.costAfter,
          unpricedRequestsBefore: known.unpricedRequestsBefore + effect.unpricedRequestsBefore,
          unpricedRequestsAfter: known.unpricedRequestsAfter + effect.unpricedRequestsAfter,
          unpricedKindsAfter: [...new Set([...known.unpricedKindsAfter, ...effect.unpricedKindsAfter])],
        }
      : effect,
  );
}

function difference({ costBefore, costAfter }: ModelEffect): bigint {
  return costAfter > costBefore ? costAfter - costBefore : costBefore - costAfter;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}
