import { utcDay } from '#core/utc-day.js';
import type { Tx } from '#db/database.js';
import { type ColumnOf, rowsOf } from '#db/rows-of.js';
import { Prisma } from '#db/rows.js';
import type { UsageBucket } from '#openai/organization/read-usage.js';
import type { UsageKind } from '#openai/organization/usage-result.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { Usage } from '#pricing/usage.js';
import { forgetDaySumsOf } from '../books/forget-day-sums.js';
import { ensureMonths } from '../operations/ensure-months.js';
import { regionalProjects } from '../openai-projects/regional-usage.js';
import { tenantKeepsSince } from '../retention/kept-since.js';
import { costColumns } from '../usage/cost-columns.js';
import { allCachedInputTokens, allInputTokens, allOutputTokens } from '../usage/token-sums.js';
import { countColumns } from '../usage/usage-columns.js';
import { changedDays } from './changed-days.js';
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
 * Puts the days of reported usage that differ from what was there in its place: rows and their hourly sums; and all unknown
 * results. Lines of the bill that wait for one of its models get it. The same window again writes no row and no hour. Of what is older than
 * the tenant keeps its records, only the sums are written.
 */
export async function writeUsageWindow(
  tx: Tx,
  { book, window, ...kept }: { book: PriceBook; now: Date; installationDays?: number | undefined; window: UsageWindow },
): Promise<Growth> {
  const { organizationId, kind, buckets, from, to } = window;
  const regional = new Set((await tx.$queryRaw<{ id: string }[]>(regionalProjects)).map(({ id }) => id));
  const rated = buckets.flatMap((bucket) => rateReportedUsage(book, bucket, regional));
  await nameCostLines(tx, { within: { organizationId, from, to }, models: modelsOf(rated) });
  const days = await listChangedDays(tx, { rated, window });
  const changed = rated.filter(({ bucketAt }) => days.has(utcDay(bucketAt)));
  await forgetDaySumsOf(tx, 'reported', [...days]);
  const removed = await removeDays(tx, { days: [...days], window });
  if (changed.length > 0) {
    // Months of the past: nobody has made theirs yet.
    await ensureMonths(
      tx,
      changed.map(({ bucketAt }) => bucketAt),
    );
    await insertRows(tx, { rated: changed, now: kept.now, window });
  }
  const unknown = await writeUnknownResults(tx, { ...window, ...kept, feed: kind });
  return { rows: changed.length - removed, unknown };
}

function modelsOf(rated: readonly RatedUsage[]): string[] {
  return [...new Set(rated.flatMap(({ result }) => result.group.model ?? []))];
}

async function listChangedDays(
  tx: Tx,
  { rated, window }: { rated: readonly RatedUsage[]; window: UsageWindow },
): Promise<ReadonlySet<string>> {
  const sums = Prisma.sql`FROM reported_hourly WHERE ${within(window, 'hour')}`;
  const rows = Prisma.sql`FROM reported_usage WHERE ${within(window, 'bucket_at')}`;
  const [there] = await tx.$queryRaw<{ isAny: boolean }[]>`
    SELECT EXISTS (SELECT ${sums}) OR EXISTS (SELECT ${rows}) AS "isAny"`;
  // As when the past is read for the first time: there is nothing to compare with.
  if (!there?.isAny) return new Set(rated.map(({ bucketAt }) => utcDay(bucketAt)));
  const days = await changedDays(tx, {
    read: Prisma.sql`SELECT ${dayOf('bucket_at')} AS day, ${bucketSecs(window)} AS bucket_secs, r.* FROM (${rowsOf(rated, columns)}) AS r`,
    stored: Prisma.sql`SELECT ${dayOf('bucket_at')} AS day, bucket_secs, ${names} ${rows}`,
    // Sums of rows that retention has deleted, or that stand in another window as they were reported by the day.
    besides: Prisma.sql`
      SELECT day FROM (SELECT ${dayOf('hour')} AS day, sum(records) AS records ${sums} GROUP BY 1) AS summed
        FULL JOIN (SELECT day, count(*) AS records FROM stored GROUP BY 1) AS there USING (day)
      WHERE summed.records IS DISTINCT FROM there.records`,
  });
  return new Set(days);
}

/** @returns how many rows the sums were made of, also of those that retention has deleted meanwhile */
async function removeDays(tx: Tx, { days, window }: { days: readonly string[]; window: UsageWindow }): Promise<number> {
  if (days.length === 0) return 0;
  // Rows before their sums, as a re-rating takes them.
  await tx.$executeRaw`
    DELETE FROM reported_usage WHERE ${within(window, 'bucket_at')} AND ${dayOf('bucket_at')} = ANY(${days}::date[])`;
  const [removed] = await tx.$queryRaw<{ rows: number }[]>`
    WITH hours AS (
      DELETE FROM reported_hourly WHERE ${within(window, 'hour')} AND ${dayOf('hour')} = ANY(${days}::date[])
      RETURNING records
    )
    SELECT coalesce(sum(records), 0)::float8 AS rows FROM hours`;
  return removed?.rows ?? 0;
}

function within({ organizationId, kind, from, to }: UsageWindow, at: 'hour' | 'bucket_at'): Prisma.Sql {
  const column = Prisma.raw(at);
  return Prisma.sql`tenant_id = current_tenant_id() AND organization_id = ${organizationId}::uuid AND kind = ${kind}
    AND ${column} >= ${from}::timestamptz AND ${column} < ${to}::timestamptz`;
}

const dayOf = (at: 'hour' | 'bucket_at') => Prisma.raw(`(${at} AT TIME ZONE 'UTC')::date`);
const bucketSecs = ({ width }: UsageWindow) => Prisma.sql`${width === '1d' ? 86_400 : 3_600}::int`;

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
        ${bucketSecs(window)}, ${names}
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
