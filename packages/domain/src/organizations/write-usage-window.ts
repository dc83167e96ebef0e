import { utcDay } from '#core/utc-day.js';
import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import type { UsageBucket } from '#openai/organization/read-usage.js';
import type { UsageKind } from '#openai/organization/usage-result.js';
import type { PriceBook } from '#pricing/price-book.js';
import { forgetDaySumsOf } from '../books/forget-day-sums.js';
import { ensureMonths } from '../operations/ensure-months.js';
import { listRegionalProjects } from '../openai-projects/regional-usage.js';
import { tenantKeepsSince } from '../retention/kept-since.js';
import { allCachedInputTokens, allInputTokens, allOutputTokens } from '../usage/token-sums.js';
import { changedDays } from './changed-days.js';
import type { Growth } from './feed-source.js';
import { nameCostLines } from './name-cost-lines.js';
import { givenUsage, isStillRight, type PreparedUsage, prepareUsage, usageColumns } from './prepare-usage.js';
import type { RatedUsage } from './rate-reported-usage.js';
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

interface UsageWriting {
  book: PriceBook;
  now: Date;
  installationDays?: number | undefined;
  window: UsageWindow;
  /** Its rows, if they were made ready before; they are made anew where prices are others meanwhile. */
  prepared?: PreparedUsage | undefined;
}

/**
 * Puts the days of reported usage that differ from what was there in its place: rows and their hourly sums; and all unknown
 * results. Lines of the bill that wait for one of its models get it. The same window again writes no row and no hour. Of what is older than
 * the tenant keeps its records, only the sums are written.
 */
export async function writeUsageWindow(tx: Tx, { book, window, prepared, ...kept }: UsageWriting): Promise<Growth> {
  const { organizationId, kind, buckets, from, to } = window;
  const rating = { book, regional: await listRegionalProjects(tx) };
  const ready = prepared && isStillRight(prepared, rating) ? prepared : await prepareUsage(buckets, rating);
  const { rated } = ready;
  await nameCostLines(tx, { within: { organizationId, from, to }, models: modelsOf(rated) });
  const days = await listChangedDays(tx, { given: ready.given, window });
  const instants = buckets.flatMap(({ startAt }) => (days.has(utcDay(startAt)) ? startAt : []));
  const among = new Set(instants.map(Number));
  const changed = rated.filter(({ bucketAt }) => among.has(Number(bucketAt)));
  await forgetDaySumsOf(tx, 'reported', [...days]);
  const removed = await removeDays(tx, { days: [...days], window });
  if (changed.length > 0) {
    // Months of the past: nobody has made theirs yet.
    await ensureMonths(tx, instants);
    const given = changed.length === rated.length ? ready.given : await givenUsage(changed);
    await insertRows(tx, { given, now: kept.now, window });
  }
  const unknown = await writeUnknownResults(tx, { ...window, ...kept, feed: kind });
  return { rows: changed.length - removed, unknown };
}

function modelsOf(rated: readonly RatedUsage[]): string[] {
  return [...new Set(rated.flatMap(({ result }) => result.group.model ?? []))];
}

async function listChangedDays(
  tx: Tx,
  { given, window }: { given: Prisma.Sql; window: UsageWindow },
): Promise<ReadonlySet<string>> {
  const sums = Prisma.sql`FROM reported_hourly WHERE ${within(window, 'hour')}`;
  const rows = Prisma.sql`FROM reported_usage WHERE ${within(window, 'bucket_at')}`;
  const [there] = await tx.$queryRaw<{ isAny: boolean }[]>`
    SELECT EXISTS (SELECT ${sums}) OR EXISTS (SELECT ${rows}) AS "isAny"`;
  // As when the past is read for the first time: there is nothing to compare with.
  if (!there?.isAny)
    return new Set(window.buckets.flatMap(({ startAt, results }) => (results.length > 0 ? utcDay(startAt) : [])));
  const days = await changedDays(tx, {
    read: Prisma.sql`SELECT ${dayOf('bucket_at')} AS day, ${bucketSecs(window)} AS bucket_secs, r.* FROM (${given}) AS r`,
    stored: Prisma.sql`SELECT ${dayOf('bucket_at')} AS day, bucket_secs, ${usageColumns} ${rows}`,
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

async function insertRows(tx: Tx, { given, now, window }: { given: Prisma.Sql; now: Date; window: UsageWindow }) {
  // A day that was reported as one stands at its noon. Rows of an hour lie side by side, as they are read: strewn over those of
  // a day, each would be on a page of its own.
  const offsetSecs = window.width === '1d' ? 43_200 : 0;
  await tx.$executeRaw`
    WITH given AS MATERIALIZED (${given}),
    written AS (
      INSERT INTO reported_usage (tenant_id, id, organization_id, kind, bucket_secs, ${usageColumns})
      SELECT current_tenant_id(), gen_random_uuid(), ${window.organizationId}::uuid, ${window.kind},
        ${bucketSecs(window)}, ${usageColumns}
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
    FROM given GROUP BY bucket_at, project_id, api_key_id, model, service_tier
    ORDER BY bucket_at`;
}
