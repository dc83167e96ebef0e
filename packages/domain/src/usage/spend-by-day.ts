import { type PicoUsd, parseUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';

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
  key: Prisma.sql`NULLIF(h.provider_key_id, '00000000-0000-0000-0000-000000000000')::text`,
  model: Prisma.sql`h.model`,
  source: Prisma.sql`h.source`,
  none: Prisma.sql`NULL::text`,
} satisfies Record<SpendGroup, Prisma.Sql>;

/**
 * Measured spend per local day from `fromDay` to `toDay` (`YYYY-MM-DD`, both included), days without usage left out. Read
 * from hourly sums: an hour belongs to the day in which it begins, so days add up to the range without gap or overlap. In
 * zones whose offset is not a whole hour, the hour around midnight falls to the day before.
 */
export async function spendByDay(
  deps: { db: Database },
  tenantId: string,
  range: { fromDay: string; toDay: string; by: SpendGroup },
): Promise<SpendOfDay[]> {
  const rows = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<(Omit<SpendOfDay, 'cost'> & { costUsd: string })[]>`
      WITH zone AS (SELECT reporting_time_zone AS name FROM tenant WHERE id = ${tenantId}::uuid),
      sums AS (
        SELECT date_trunc('day', h.hour, zone.name) AT TIME ZONE zone.name AS day, ${groupColumn[range.by]} AS "group",
          sum(h.cost_usd) AS cost, sum(h.requests) AS requests, sum(h.input_tokens) AS input,
          sum(h.output_tokens) AS output, sum(h.unpriced_requests) AS unpriced, sum(h.estimated_requests) AS estimated
        FROM usage_hourly h, zone
        WHERE h.tenant_id = ${tenantId}::uuid
          AND h.hour >= ${range.fromDay}::date::timestamp AT TIME ZONE zone.name
          AND h.hour < (${range.toDay}::date + 1)::timestamp AT TIME ZONE zone.name
        GROUP BY 1, 2
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
