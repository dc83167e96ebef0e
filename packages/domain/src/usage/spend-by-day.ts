import { type PicoUsd, parseUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { allInputTokens, allOutputTokens } from './token-sums.js';
import { sameUsage, type UsageFilter } from './usage-filter.js';

export type SpendGroup = 'key' | 'model' | 'source' | 'none';

export interface SpendOfDay {
  /** `YYYY-MM-DD` in the tenant's reporting time zone. */
  day: string;
  /** Key id, model or source; null for usage of no stored key, and when nothing is grouped. */
  group: string | null;
  /** The key's label, also of a deleted key; else the same as `group`. */
  groupName: string | null;
  /** Of what has a price. */
  cost: PicoUsd;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  unpricedRequests: number;
  estimatedRequests: number;
}

const groupColumn = {
  key: Prisma.sql`provider_key_id::text`,
  model: Prisma.sql`model`,
  source: Prisma.sql`source`,
  none: Prisma.sql`NULL::text`,
} satisfies Record<SpendGroup, Prisma.Sql>;

export interface SpendRange {
  /** `YYYY-MM-DD`, included. */
  fromDay: string;
  /** `YYYY-MM-DD`, included. */
  toDay: string;
  by: SpendGroup;
  /** Default: all usage. */
  only?: Pick<UsageFilter, 'keyId' | 'source' | 'model'>;
}

/**
 * Measured spend per day of the tenant's reporting time zone, days without usage left out; the days add up to the range.
 * Read from hourly sums. Only where the zone's offset is not a whole hour does a day end within an hour, and the records
 * of that hour are then read one by one.
 */
export async function spendByDay(deps: { db: Database }, tenantId: string, range: SpendRange): Promise<SpendOfDay[]> {
  const rows = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<(Omit<SpendOfDay, 'cost'> & { costUsd: string })[]>`
      WITH zone AS (SELECT reporting_time_zone AS name FROM tenant WHERE id = ${tenantId}::uuid),
      midnight AS (
        SELECT day AT TIME ZONE zone.name AS at
        FROM zone, generate_series(${range.fromDay}::date::timestamp, ${range.toDay}::date + interval '1 day', '1 day') AS day
      ),
      span AS (SELECT min(at) AS begins, max(at) AS ends FROM midnight),
      cut AS (SELECT date_trunc('hour', at, 'UTC') AS hour FROM midnight WHERE at <> date_trunc('hour', at, 'UTC')),
      part AS (${wholeHours(tenantId, range)} UNION ALL ${recordsOfCutHours(tenantId, range)}),
      sums AS (
        SELECT date_trunc('day', at, zone.name) AT TIME ZONE zone.name AS day, grouped AS "group", sum(cost) AS cost,
          sum(requests) AS requests, sum(input) AS input, sum(output) AS output, sum(unpriced) AS unpriced,
          sum(estimated) AS estimated
        FROM part, zone GROUP BY 1, 2
      )
      SELECT to_char(s.day, 'YYYY-MM-DD') AS day, s."group", COALESCE(k.label, s."group") AS "groupName",
        s.cost::text AS "costUsd", s.requests::float8 AS requests, s.input::float8 AS "inputTokens",
        s.output::float8 AS "outputTokens", s.unpriced::float8 AS "unpricedRequests",
        s.estimated::float8 AS "estimatedRequests"
      FROM sums s LEFT JOIN provider_key k
        ON ${range.by === 'key'} AND k.tenant_id = ${tenantId}::uuid AND k.id::text = s."group"
      ORDER BY 1, 2`,
  );
  return rows.map(({ costUsd, ...row }) => ({ ...row, cost: parseUsd(costUsd) }));
}

/** Usage of no stored key has the nil UUID in the hourly sums. */
function wholeHours(tenantId: string, { by, only = {} }: SpendRange): Prisma.Sql {
  return Prisma.sql`
    SELECT hour AS at, NULLIF(${groupColumn[by]}, '00000000-0000-0000-0000-000000000000') AS grouped, cost_usd AS cost,
      requests, input_tokens AS input, output_tokens AS output, unpriced_requests AS unpriced,
      estimated_requests AS estimated
    FROM usage_hourly, span
    WHERE ${sameUsage(tenantId, only)} AND hour >= begins AND hour < ends AND hour NOT IN (SELECT cut.hour FROM cut)`;
}

function recordsOfCutHours(tenantId: string, { by, only = {} }: SpendRange): Prisma.Sql {
  return Prisma.sql`
    SELECT occurred_at, ${groupColumn[by]}, COALESCE(cost_usd, 0), requests, ${allInputTokens}, ${allOutputTokens},
      CASE cost_basis WHEN 'unpriced' THEN requests ELSE 0 END, CASE cost_basis WHEN 'estimated' THEN requests ELSE 0 END
    FROM usage_record, span, cut
    WHERE ${sameUsage(tenantId, only)} AND occurred_at >= begins AND occurred_at < ends
      AND occurred_at >= cut.hour AND occurred_at < cut.hour + interval '1 hour'`;
}
