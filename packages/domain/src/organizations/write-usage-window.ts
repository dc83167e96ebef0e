import { formatUsdOrNull } from '#core/money.js';
import type { Tx } from '#db/database.js';
import { type ColumnOf, rowsOf } from '#db/rows-of.js';
import { Prisma } from '#db/rows.js';
import type { UsageBucket } from '#openai/organization/read-usage.js';
import type { UsageKind } from '#openai/organization/usage-result.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { Usage } from '#pricing/usage.js';
import { regionalProjects } from '../openai-projects/regional-usage.js';
import { tenantKeepsSince } from '../retention/kept-since.js';
import { allCachedInputTokens, allInputTokens, allOutputTokens } from '../usage/token-sums.js';
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
  { book, now, window }: { book: PriceBook; now: Date; window: UsageWindow },
): Promise<Growth> {
  const { organizationId, kind, buckets, from, to } = window;
  const regional = new Set((await tx.$queryRaw<{ id: string }[]>(regionalProjects)).map(({ id }) => id));
  const rated = buckets.flatMap((bucket) => rateReportedUsage(book, bucket, regional));
  await nameCostLines(tx, { within: { organizationId, from, to }, models: modelsOf(rated) });
  const removed = await removeRows(tx, window);
  if (rated.length > 0) {
    await ensurePartitions(tx, buckets);
    await insertRows(tx, { rated, now, window });
  }
  const unknown = await writeUnknownResults(tx, { ...window, feed: kind, now });
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

/** Months of the past: nobody has made theirs yet. */
async function ensurePartitions(tx: Tx, buckets: readonly UsageBucket[]): Promise<void> {
  const months = new Set(
    buckets.filter(({ results }) => results.length > 0).map(({ startAt }) => startAt.toISOString().slice(0, 7)),
  );
  for (const month of months) await tx.$executeRaw`SELECT ensure_month_partitions(${`${month}-01`}::date)`;
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
  { name: 'requests', type: 'bigint', of: requestsOf },
  count('input_uncached_tokens', 'inputUncachedTokens'),
  count('input_cached_tokens', 'inputCachedTokens'),
  count('cache_write_tokens', 'cacheWriteTokens'),
  count('cache_write_12h_tokens', 'cacheWrite12hTokens'),
  count('output_tokens', 'outputTokens'),
  count('reasoning_tokens', 'reasoningTokens'),
  count('audio_input_tokens', 'audioInputTokens'),
  count('audio_cached_input_tokens', 'audioCachedInputTokens'),
  count('audio_output_tokens', 'audioOutputTokens'),
  count('image_input_tokens', 'imageInputTokens'),
  count('image_cached_input_tokens', 'imageCachedInputTokens'),
  count('image_output_tokens', 'imageOutputTokens'),
  { name: 'quantity', type: 'bigint', of: ({ result }) => result.quantity?.count ?? null },
  { name: 'unit', type: 'text', of: ({ result }) => result.quantity?.unit ?? null },
  { name: 'cost_usd', type: 'numeric', of: ({ cost }) => formatUsdOrNull(cost.costPicoUsd) },
  { name: 'cost_basis', type: 'text', of: ({ cost }) => cost.basis },
  { name: 'cost_reason', type: 'text', of: ({ cost }) => (cost.basis === 'exact' ? null : cost.reason) },
  { name: 'price_version', type: 'text', of: ({ cost }) => cost.priceVersion },
];

const names = Prisma.raw(columns.map(({ name }) => name).join(', '));

function count(name: string, part: keyof Usage): ColumnOf<RatedUsage> {
  return { name, type: 'bigint', of: ({ result }) => result.tokens?.usage[part] ?? 0 };
}

/** Requests that searched the web stand among the completions already. */
function requestsOf({ result }: RatedUsage): number {
  return result.kind === 'web_search_calls' ? 0 : (result.requests ?? 0);
}

function detailOf({ result: { group } }: RatedUsage): string {
  const { size, source, vectorStoreId, contextLevel } = group;
  return [size, source, vectorStoreId, contextLevel].filter((part) => part !== null).join(' ');
}
