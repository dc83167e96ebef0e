import { parseUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import type { BookFilter, BookGroup, BookQuery, BookSums } from './book.js';

export interface BookDay extends BookSums {
  /** `YYYY-MM-DD` */
  day: string;
}

const groupColumn = {
  none: Prisma.sql`NULL::text`,
  organization: Prisma.sql`organization_id::text`,
  project: Prisma.sql`project_id`,
  key: Prisma.sql`key_id`,
  model: Prisma.sql`model`,
  tier: Prisma.sql`service_tier`,
  kind: Prisma.sql`kind`,
  'end-user': Prisma.sql`NULL::text`,
} satisfies Record<BookGroup, Prisma.Sql>;

/** A book's sums per day and group, oldest day first, dearest group first; days without anything are left out. */
export async function sumBookByDay(
  deps: { db: Database },
  tenantId: string,
  { book, fromDay, toDay, calendar, by, only = {} }: BookQuery,
): Promise<BookDay[]> {
  const isUtc = calendar === 'utc' || book === 'billed';
  const rows = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<(Omit<BookDay, 'cost'> & { costUsd: string })[]>`
      WITH zone AS (SELECT CASE WHEN ${isUtc} THEN 'UTC' ELSE reporting_time_zone END AS name FROM tenant WHERE id = ${tenantId}::uuid),
      sums AS (
        SELECT (hour AT TIME ZONE zone.name)::date AS day,
          NULLIF(NULLIF(${groupColumn[by]}, ''), '00000000-0000-0000-0000-000000000000') AS "group",
          sum(cost_usd) AS cost, sum(requests) AS requests, sum(input_tokens) AS input, sum(input_cached_tokens) AS cached,
          sum(output_tokens) AS output, sum(unpriced_requests) AS unpriced, sum(estimated_requests) AS estimated
        FROM book_hourly, zone
        WHERE tenant_id = ${tenantId}::uuid AND book = ${book} AND ${matching(only)}
          AND hour >= ${fromDay}::date::timestamp AT TIME ZONE zone.name
          AND hour < (${toDay}::date + 1)::timestamp AT TIME ZONE zone.name
        GROUP BY 1, 2
      )
      SELECT to_char(s.day, 'YYYY-MM-DD') AS day, s."group",
        COALESCE(k.label, p.name, a.name, o.name, s."group") AS "groupName",
        s.cost::text AS "costUsd", s.requests::float8 AS requests, s.input::float8 AS "inputTokens",
        s.cached::float8 AS "inputCachedTokens", s.output::float8 AS "outputTokens",
        s.unpriced::float8 AS "unpricedRequests", s.estimated::float8 AS "estimatedRequests"
      FROM sums s
        LEFT JOIN openai_project p ON ${by === 'project'} AND p.tenant_id = ${tenantId}::uuid AND p.id = s."group"
        LEFT JOIN openai_api_key a ON ${by === 'key'} AND a.tenant_id = ${tenantId}::uuid AND a.id = s."group"
        LEFT JOIN provider_key k ON ${by === 'key'} AND k.tenant_id = ${tenantId}::uuid
          AND k.id::text = COALESCE(a.provider_key_id::text, s."group")
        LEFT JOIN organization o ON ${by === 'organization'} AND o.tenant_id = ${tenantId}::uuid AND o.id::text = s."group"
      ORDER BY 1, s.cost DESC, 2`,
  );
  return rows.map(({ costUsd, ...row }) => ({ ...row, cost: parseUsd(costUsd) }));
}

function matching({ organizationId, projectId, keyId, model, tier, kind }: BookFilter): Prisma.Sql {
  return Prisma.join(
    [
      Prisma.sql`TRUE`,
      ...(organizationId === undefined ? [] : [Prisma.sql`organization_id = ${organizationId}::uuid`]),
      ...(projectId === undefined ? [] : [Prisma.sql`project_id = ${projectId}`]),
      ...(keyId === undefined ? [] : [Prisma.sql`key_id = ${keyId}`]),
      ...(model === undefined ? [] : [Prisma.sql`model = ${model}`]),
      ...(tier === undefined ? [] : [Prisma.sql`service_tier = ${tier}`]),
      ...(kind === undefined ? [] : [Prisma.sql`kind = ${kind}`]),
    ],
    ' AND ',
  );
}
