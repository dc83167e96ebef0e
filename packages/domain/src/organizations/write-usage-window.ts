import type { Tx } from '#db/database.js';
import { type ColumnOf, rowsOf } from '#db/rows-of.js';
import { Prisma } from '#db/rows.js';
import type { UsageBucket } from '#openai/organization/read-usage.js';
import type { UsageKind } from '#openai/organization/usage-result.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { Usage } from '#pricing/usage.js';
import { ensureMonths } from '../operations/ensure-months.js';
import { regionalProjects } from '../openai-projects/regional-usage.js';
import { tenantKeepsSince } from '../retention/kept-since.js';
import { costColumns } from '../usage/cost-columns.js';
import { allCachedInputTokens, allInputTokens, allOutputTokens } from '../usage/token-sums.js';
import { countColumns } from '../usage/usage-columns.js';
import type { Growth } from './feed-source.js';
import { nameCostLines } from './name-cost-lines.js';
import { rateReportedUsage, type RatedUsage } from './rate-reported-usage.js';
import { writeUnknownResults } from './write-unknown-results.js';

export interface UsageWindow {
  organizationId: string;
  kind: UsageKind;
  /** Whole buckets, which together are everything from `from` up to, not including, `to`. */
  buckets: readonly UsageBucket[];
  width: '1h' | '1d';
  /** Buckets of impossible times, which are kept as unknown results. */
  setAside: readonly UsageBucket[];
  from: Date;
  to: Date;
}

/**
 * Puts a window of reported usage in the place of what was there: rows, unknown results, and their hourly sums. Lines of
 * the bill that wait for one of its models get it. The same window again leaves the same sums. Of what is older than the
 * tenant keeps its records, only the sums are written.
 */
export async function writeUsageWindow(
  tx: Tx,
  { book, window, ...kept }: { book: PriceBook; now: Date; installationDays?: number | undefined; window: UsageWindow },
): Promise<Growth> {
  const { organizationId, kind, buckets, from, to } = window;
  const regional = new Set((await tx.$queryRaw<{ id: string }[]>(regionalProjects)).map(({ id }) => id));
  const rated = buckets.flatMap((bucket) => rateReportedUsage(book, bucket, regional));
  await nameCostLines(tx, { within: { organizationId, from, to }, models: modelsOf(rated) });
  const removed = await removeRows(tx, window);
  if (rated.length > 0) {
    // Months of the past: nobody has made theirs yet.
    await ensureMonths(
      tx,
      rated.map(({ bucketAt }) => bucketAt),
    );
    await insertRows(tx, { rated, now: kept.now, window });
  }
  const unknown = await writeUnknownResults(tx, { ...window, ...kept, feed: kind });
  return { rows: rated.length - removed, unknown };
}

function modelsOf(rated: readonly RatedUsage[]): string[] {
  return [...new Set(rated.flatMap(({ result }) => result.group.model ?? []))];
}

/** @returns how many rows the sums were made of, also of those that retention has deleted meanwhile */
async function removeRows(tx: Tx, { organizationId, kind, from, to }: UsageWindow): Promise<number> {
  const ours = Prisma.sql`tenant_id = current_tenant_id() AND organization_id = ${organizationId}::uuid AND kind = ${kind}`;
  const [removed] = await tx.$queryRaw<{ rows: number }[]>`
    WITH hours AS (
      DELETE FROM reported_hourly WHERE ${ours} AND hour >= ${from}::timestamptz AND hour < ${to}::timestamptz
      RETURNING records
    )
    SELECT coalesce(sum(records), 0)::float8 AS rows FROM hours`;
  await tx.$executeRaw`
    DELETE FROM reported_usage WHERE ${ours} AND bucket_at >= ${from}::timestamptz AND bucket_at < ${to}::timestamptz`;
  return removed?.rows ?? 0;
}

async function insertRows(
  tx: Tx,
  { rated, now, window }: { rated: readonly RatedUsage[]; now: Date; window: UsageWindow },
) {
  // A day that was reported as one stands at its noon.
  const offsetSecs = window.width === '1d' ? 43_200 : 0;
  await tx.$executeRaw`
    WITH given AS MATERIALIZED (${rowsOf(rated, columns)}),
    written AS (
      INSERT INTO reported_usage (tenant_id, id, organization_id, kind, bucket_secs, ${names})
      SELECT current_tenant_id(), gen_random_uuid(), ${window.organizationId}::uuid, ${window.kind},
        ${window.width === '1d' ? 86_400 : 3_600}::int, ${names}
      FROM given WHERE bucket_at >= ${tenantKeepsSince(now)}
    )
    INSERT INTO reported_hourly (tenant_id, organization_id, hour, kind, project_id, api_key_id, model, service_tier,
      records, requests, input_tokens, input_cached_tokens, output_tokens, cost_usd, unpriced_requests,
      estimated_requests)
    SELECT current_tenant_id(), ${window.organizationId}::uuid, bucket_at + make_interval(secs => ${offsetSecs}::int),
      ${window.kind}, project_id, api_key_id, model, service_tier, count(*), sum(requests), sum(${allInputTokens}),
      sum(${allCachedInputTokens}), sum(${allOutputTokens}), coalesce(sum(cost_usd), 0),
      coalesce(sum(requests) FILTER (WHERE cost_basis = 'unpriced'), 0),
      coalesce(sum(requests) FILTER (WHERE cost_basis = 'estimated'), 0)
    FROM given GROUP BY bucket_at, project_id, api_key_id, model, service_tier`;
}

const columns: readonly ColumnOf<RatedUsage>[] = [
  { name: 'bucket_at', type: 'timestamptz', of: ({ bucketAt }) => bucketAt.toISOString() },
  { name: 'project_id', type: 'text', of: ({ result }) => result.group.projectId ?? '' },
  { name: 'user_id', type: 'text', of: ({ result }) => result.group.userId ?? '' },
  { name: 'api_key_id', type: 'text', of: ({ result }) => result.group.apiKeyId ?? '' },
  { name: 'model', type: 'text', of: ({ result }) => result.group.model ?? '' },
  { name: 'service_tier', type: 'text', of: ({ result }) => result.group.pricedTier ?? '' },
  { name: 'detail', type: 'text', of: detailOf },
  ...countColumns.map(([count, name]) => ({ name, type: 'bigint', of: countOf(count) })),
  { name: 'quantity', type: 'bigint', of: ({ result }) => result.quantity?.count ?? null },
  { name: 'unit', type: 'text', of: ({ result }) => result.quantity?.unit ?? null },
  ...costColumns(({ cost }: RatedUsage) => cost),
];

const names = Prisma.raw(columns.map(({ name }) => name).join(', '));

function countOf(count: keyof Usage): (rated: RatedUsage) => number {
  return count === 'requests' ? requestsOf : ({ result }) => result.tokens?.usage[count] ?? 0;
}

/** Requests that searched the web stand among the completions already. */
function requestsOf({ result }: RatedUsage): number {
  return result.kind === 'web_search_calls' ? 0 : (result.requests ?? 0);
}

function detailOf({ result: { group } }: RatedUsage): string {
  const { size, source, vectorStoreId, contextLevel } = group;
  return [size, source, vectorStoreId, contextLevel].filter((part) => part !== null).join(' ');
}
