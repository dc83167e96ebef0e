import { parseUsdSum, type PicoUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { feeKinds } from '../books/fees.js';
import { keysAtOpenAi } from '../openai-projects/keys-at-openai.js';
import type { ScopeQuery } from './read-books-scope.js';

/** A line of the bill, with what the other books have on it. */
export interface FocusLine {
  day: string;
  organizationId: string;
  openaiId: string | null;
  organizationName: string;
  projectId: string;
  projectName: string | null;
  /** Of the project, in OpenAI's word; null where none is known. */
  residency: string | null;
  apiKeyId: string;
  keyName: string | null;
  lineItem: string;
  quantityUnit: string;
  model: string;
  billed: PicoUsd;
  /** In millionths of a millionth, as money is. */
  quantity: bigint | null;
  readAt: Date | null;
  /** Of the line's day, project, key and model; on the first line of these alone, so that a sum counts it once. */
  reported: PicoUsd | null;
  measured: PicoUsd | null;
}

type Row = Omit<FocusLine, 'billed' | 'quantity' | 'reported' | 'measured'> &
  Record<'billed' | 'quantity' | 'reported' | 'measured', string | null>;

/** Lines of the bill in the order of their key, from after the one given. */
export async function listFocusLines(
  deps: { db: Database },
  tenantId: string,
  query: ScopeQuery,
  page: { after?: FocusLine | undefined; limit: number },
): Promise<FocusLine[]> {
  const rows = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<Row[]>`
      WITH line AS MATERIALIZED (
        SELECT * FROM cost_line
        WHERE tenant_id = ${tenantId}::uuid AND ${matching(query)} AND ${following(page.after)}
        ORDER BY billed_on, organization_id, project_id, api_key_id, line_item, quantity_unit LIMIT ${page.limit}
      ), span AS MATERIALIZED (
        SELECT min(billed_on)::timestamp AT TIME ZONE 'UTC' AS first,
          (max(billed_on) + 1)::timestamp AT TIME ZONE 'UTC' AS last
        FROM line
      ), reported AS MATERIALIZED (${reportedPerLine(tenantId)}), measured AS MATERIALIZED (${measuredPerLine(tenantId)})
      SELECT to_char(l.billed_on, 'YYYY-MM-DD') AS day, l.organization_id::text AS "organizationId",
        o.openai_id AS "openaiId", o.name AS "organizationName", l.project_id AS "projectId", p.name AS "projectName",
        p.residency,
        l.api_key_id AS "apiKeyId", COALESCE(k.label, a.name) AS "keyName", l.line_item AS "lineItem",
        l.quantity_unit AS "quantityUnit", l.model, l.amount_usd::text AS billed, l.quantity::text AS quantity,
        d.read_at AS "readAt", CASE WHEN is_first THEN r.usd::text END AS reported,
        CASE WHEN is_first THEN m.usd::text END AS measured
      FROM line l
        JOIN organization o ON o.tenant_id = l.tenant_id AND o.id = l.organization_id
        LEFT JOIN openai_project p ON p.tenant_id = l.tenant_id AND p.id = l.project_id
        LEFT JOIN openai_api_key a ON a.tenant_id = l.tenant_id AND a.id = l.api_key_id
        LEFT JOIN provider_key k ON k.tenant_id = l.tenant_id AND k.id = a.provider_key_id
        LEFT JOIN billed_day d ON d.tenant_id = l.tenant_id AND d.organization_id = l.organization_id
          AND d.billed_on = l.billed_on
        LEFT JOIN reported r ON (r.day, r.organization_id, r.project_id, r.api_key_id, r.model)
          = (l.billed_on, l.organization_id, l.project_id, l.api_key_id, l.model)
        LEFT JOIN measured m ON (m.day, m.openai_id, m.model) = (l.billed_on, l.api_key_id, l.model),
        LATERAL (SELECT l.model <> '' AND NOT EXISTS (
          SELECT FROM cost_line e WHERE e.tenant_id = l.tenant_id AND e.billed_on = l.billed_on
            AND e.organization_id = l.organization_id AND e.project_id = l.project_id AND e.api_key_id = l.api_key_id
            AND e.model = l.model AND (e.line_item, e.quantity_unit) < (l.line_item, l.quantity_unit)
        ) AS is_first) f
      ORDER BY l.billed_on, l.organization_id, l.project_id, l.api_key_id, l.line_item, l.quantity_unit`,
  );
  return rows.map(({ billed, quantity, reported, measured, ...row }) => ({
    ...row,
    billed: parseUsdSum(billed ?? '0'),
    quantity: quantity === null ? null : parseUsdSum(quantity),
    reported: reported === null ? null : parseUsdSum(reported),
    measured: measured === null ? null : parseUsdSum(measured),
  }));
}

function matching({ fromDay, toDay, organizationId, projectId }: ScopeQuery): Prisma.Sql {
  return Prisma.join(
    [
      Prisma.sql`billed_on BETWEEN ${fromDay}::date AND ${toDay}::date`,
      ...(organizationId === undefined ? [] : [Prisma.sql`organization_id = ${organizationId}::uuid`]),
      ...(projectId === undefined ? [] : [Prisma.sql`project_id = ${projectId}`]),
    ],
    ' AND ',
  );
}

function following(last: FocusLine | undefined): Prisma.Sql {
  if (!last) return Prisma.sql`TRUE`;
  return Prisma.sql`(billed_on, organization_id, project_id, api_key_id, line_item, quantity_unit) >
    (${last.day}::date, ${last.organizationId}::uuid, ${last.projectId}, ${last.apiKeyId}, ${last.lineItem}, ${last.quantityUnit})`;
}

/** No grouping of a book is as fine as a line of the bill, so these read its hours: those of the page's days alone. */
function reportedPerLine(tenantId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT (hour AT TIME ZONE 'UTC')::date AS day, organization_id, project_id, api_key_id, model,
      CASE WHEN sum(requests) > sum(unpriced_requests) OR sum(cost_usd) > 0 THEN sum(cost_usd) END AS usd
    FROM reported_hourly
    WHERE tenant_id = ${tenantId}::uuid AND hour >= (SELECT first FROM span) AND hour < (SELECT last FROM span)
      AND model <> '' AND kind <> ALL(${[...feeKinds]}::text[])
    GROUP BY 1, 2, 3, 4, 5`;
}

function measuredPerLine(tenantId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT (hour AT TIME ZONE 'UTC')::date AS day, openai_id, model,
      CASE WHEN sum(requests) > sum(unpriced_requests) OR sum(cost_usd) > 0 THEN sum(cost_usd) END AS usd
    FROM usage_hourly JOIN (${keysAtOpenAi(Prisma.sql`${tenantId}::uuid`)}) AS known ON stored_id = provider_key_id
    WHERE tenant_id = ${tenantId}::uuid AND hour >= (SELECT first FROM span) AND hour < (SELECT last FROM span)
    GROUP BY 1, 2, 3`;
}
