import { type PicoUsd, parseUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { allCachedInputTokens, allInputTokens, allOutputTokens } from './token-sums.js';
import { sameUsage, type UsageFilter, within } from './usage-filter.js';

export interface UsageTotals {
  records: number;
  requests: number;
  /** All input: text, audio and image, cached or not, cache writes included. */
  inputTokens: number;
  /** The part of the input that was read from a cache. */
  inputCachedTokens: number;
  outputTokens: number;
  /** Of what has a price; see `unpricedRequests` for what has none. */
  cost: PicoUsd;
  unpricedRequests: number;
  estimatedRequests: number;
}

const hourMs = 3_600_000;

/**
 * Exact sums over a filter. Whole hours come from the hourly sums and only the broken hours at both ends from the
 * records, so that the cost of asking does not grow with the number of records; those of one end user are few, and read.
 */
export async function sumUsage(deps: { db: Database }, tenantId: string, filter: UsageFilter): Promise<UsageTotals> {
  const same = sameUsage(tenantId, filter);
  const { whole, broken } = filter.endUser === undefined ? cutAtHours(filter) : { whole: null, broken: [filter] };
  const parts = [...(whole ? [hourlySums(same, whole)] : []), ...broken.map((span) => recordSums(same, span))];
  const [row] = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<SumsRow[]>`
      SELECT COALESCE(sum(records), 0)::float8 AS records, COALESCE(sum(requests), 0)::float8 AS requests,
        COALESCE(sum(input), 0)::float8 AS "inputTokens", COALESCE(sum(cached), 0)::float8 AS "inputCachedTokens",
        COALESCE(sum(output), 0)::float8 AS "outputTokens", COALESCE(sum(cost), 0)::text AS "costUsd",
        COALESCE(sum(unpriced), 0)::float8 AS "unpricedRequests",
        COALESCE(sum(estimated), 0)::float8 AS "estimatedRequests"
      FROM (${Prisma.join(parts, ' UNION ALL ')}) AS parts`,
  );
  if (!row) throw new Error('a sum without GROUP BY has one row');
  const { costUsd, ...sums } = row;
  return { ...sums, cost: parseUsd(costUsd) };
}

type SumsRow = Omit<UsageTotals, 'cost'> & { costUsd: string };
type Span = Pick<UsageFilter, 'from' | 'to'>;

function cutAtHours({ from, to }: Span): { whole: Span | null; broken: Span[] } {
  const firstWhole = from && new Date(Math.ceil(from.getTime() / hourMs) * hourMs);
  const endOfWhole = to && new Date(Math.floor(to.getTime() / hourMs) * hourMs);
  if (firstWhole && endOfWhole && firstWhole >= endOfWhole) return { whole: null, broken: [{ from, to }] };
  return {
    whole: { from: firstWhole, to: endOfWhole },
    broken: [
      ...(from && firstWhole && from < firstWhole ? [{ from, to: firstWhole }] : []),
      ...(to && endOfWhole && endOfWhole < to ? [{ from: endOfWhole, to }] : []),
    ],
  };
}

function hourlySums(same: Prisma.Sql, span: Span): Prisma.Sql {
  return Prisma.sql`
    SELECT sum(records) AS records, sum(requests) AS requests, sum(input_tokens) AS input,
      sum(input_cached_tokens) AS cached, sum(output_tokens) AS output, sum(cost_usd) AS cost,
      sum(unpriced_requests) AS unpriced, sum(estimated_requests) AS estimated
    FROM usage_hourly WHERE ${same} AND ${within('hour', span)}`;
}

function recordSums(same: Prisma.Sql, span: Span): Prisma.Sql {
  return Prisma.sql`
    SELECT count(*) AS records, sum(requests) AS requests, sum(${allInputTokens}) AS input,
      sum(${allCachedInputTokens}) AS cached, sum(${allOutputTokens}) AS output, sum(cost_usd) AS cost,
      sum(requests) FILTER (WHERE cost_basis = 'unpriced') AS unpriced,
      sum(requests) FILTER (WHERE cost_basis = 'estimated') AS estimated
    FROM usage_record WHERE ${same} AND ${within('occurred_at', span)}`;
}
