import { parseUsdSum } from '#core/money.js';
import { Prisma } from '#db/rows.js';
import { withMeasuredFigures } from '../books/book-figures.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import type { SpendSums } from '../spend/spend-sums.js';
import { allCachedInputTokens, allInputTokens, allOutputTokens } from './token-sums.js';
import { sameUsage, type UsageFilter, within } from './usage-filter.js';
import { usageReader } from './usage-reader.js';

/**
 * Exact sums over a filter: of whole days and hours from their sums, and of the broken hours at both ends from the records,
 * so that the cost of asking does not grow with the number of records; those of one end user are few, and read. Where
 * retention has dropped the records of a broken hour, it counts as a whole where it begins.
 */
export async function sumUsage(deps: BookDeps, tenantId: string, filter: UsageFilter): Promise<SpendSums> {
  const figures = filter.endUser === undefined ? sumsOf(tenantId, filter) : recordsOf(tenantId, filter);
  const [row] = await withBookSnapshot(
    deps,
    tenantId,
    ({ snapshot }) => usageReader(snapshot, filter).$queryRaw<SumsRow[]>`
      ${figures}
      SELECT COALESCE(sum(records), 0)::float8 AS records, COALESCE(sum(requests), 0)::float8 AS requests,
        COALESCE(sum(input_tokens), 0)::float8 AS "inputTokens",
        COALESCE(sum(input_cached_tokens), 0)::float8 AS "inputCachedTokens",
        COALESCE(sum(output_tokens), 0)::float8 AS "outputTokens", COALESCE(sum(cost_usd), 0)::text AS "costUsd",
        COALESCE(sum(unpriced_requests), 0)::float8 AS "unpricedRequests",
        COALESCE(sum(estimated_requests), 0)::float8 AS "estimatedRequests"
      FROM figure`,
  );
  if (!row) throw new Error('a sum without GROUP BY has one row');
  const { costUsd, ...sums } = row;
  return { ...sums, cost: parseUsdSum(costUsd) };
}

type SumsRow = Omit<SpendSums, 'cost'> & { costUsd: string };

function sumsOf(tenantId: string, { from, to, keyId, source, model, tier }: UsageFilter): Prisma.Sql {
  return withMeasuredFigures(tenantId, { from, to, by: 'none', only: { keyId, kind: source, model, tier } });
}

function recordsOf(tenantId: string, filter: UsageFilter): Prisma.Sql {
  return Prisma.sql`
    WITH figure AS (
      SELECT 1 AS records, requests, ${allInputTokens} AS input_tokens, ${allCachedInputTokens} AS input_cached_tokens,
        ${allOutputTokens} AS output_tokens, cost_usd,
        CASE cost_basis WHEN 'unpriced' THEN requests ELSE 0 END AS unpriced_requests,
        CASE cost_basis WHEN 'estimated' THEN requests ELSE 0 END AS estimated_requests
      FROM usage_record WHERE ${sameUsage(tenantId, filter)} AND ${within(filter)}
    )`;
}
