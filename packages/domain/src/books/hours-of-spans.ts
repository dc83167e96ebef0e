import { nilUuid } from '#core/ids.js';
import { Prisma } from '#db/rows.js';
import { allCachedInputTokens, allInputTokens, allOutputTokens } from '../usage/token-sums.js';
import type { Book } from './book.js';
import { hourSumColumns, negativeSumColumns, sumColumns } from './sum-columns.js';

/** Which hours are read: those of a book, or of the measured one told apart by end user. */
export type HourSource = Book | 'end-users';

export interface HoursOfSpans {
  tenantId: string;
  source: HourSource;
  /**
   * Whether spans may begin or end within an hour, as days do in zones whose offset is not of whole hours. The measured
   * records of such an hour are then read one by one; without it, or when retention has dropped them, an hour belongs to
   * the span in which it begins. So does each hour of the other books, of which nothing finer is known.
   */
  isCut: boolean;
}

/**
 * Further parts of a `WITH`, which has a part `span (day, begins, ends)` already. The last, `hours`, has the figures of
 * each span: `day`, the columns that tell apart (`organization_id` … `end_user`), and the columns of sums; of reported
 * usage its `hour` as well.
 */
export function hoursOfSpans({ tenantId, source, isCut }: HoursOfSpans): Prisma.Sql {
  if (source === 'billed') return Prisma.sql`hours AS (${billedLines(tenantId)})`;
  if (source === 'reported') return Prisma.sql`hours AS (${reportedHours(tenantId)})`;
  const cut = isCut ? Prisma.sql`cut AS MATERIALIZED (${cutHours(tenantId)}),` : Prisma.empty;
  const whole = (hours: Prisma.Sql, of: 'measured' | 'end-users') =>
    isCut
      ? Prisma.sql`${hours} AND h.hour NOT IN (SELECT cut.hour FROM cut) UNION ALL ${recordsOfCutHours(tenantId, of)}`
      : hours;
  const measured = whole(measuredHours(tenantId), 'measured');
  if (source === 'measured') return Prisma.sql`${cut} hours AS (${measured})`;
  return Prisma.sql`${cut} named AS MATERIALIZED (${whole(endUserHours(tenantId), 'end-users')}),
    measured AS (${measured}),
    hours AS (
      SELECT * FROM named
      UNION ALL SELECT day, ${ofNobody}, ${negativeSumColumns} FROM named
      UNION ALL SELECT day, ${ofNobody}, ${sumColumns} FROM measured
    )`;
}

// What belongs to no end user is what is left: everything less what is named.
const ofNobody = Prisma.sql`organization_id, '', '', '', '', '', ''`;
const noOrganization = Prisma.raw(`'${nilUuid}'::uuid AS organization_id`);

type HourTable = 'usage_hourly' | 'end_user_hourly' | 'reported_hourly';
const hoursOf = (table: HourTable, tenantId: string) =>
  rowsOf(table, tenantId, Prisma.sql`hour >= span.begins AND hour < span.ends`);

/**
 * The rows of each span by their index. `OFFSET 0` keeps whatever narrows them further out of the scan: the planner cannot
 * know how short the spans are, and would rather read the whole table for one model.
 */
function rowsOf(table: HourTable | 'cost_line', tenantId: string, within: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`span CROSS JOIN LATERAL (
      SELECT * FROM ${Prisma.raw(table)} WHERE tenant_id = ${tenantId}::uuid AND ${within} OFFSET 0
    ) AS h`;
}

function measuredHours(tenantId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT span.day, ${noOrganization}, '' AS project_id, h.provider_key_id::text AS key_id, h.model, h.service_tier,
      h.source AS kind, '' AS end_user, h.records, ${hourSumColumns}
    FROM ${hoursOf('usage_hourly', tenantId)}
    WHERE TRUE`;
}

function endUserHours(tenantId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT span.day, ${noOrganization}, '' AS project_id, '' AS key_id, '' AS model, '' AS service_tier, '' AS kind,
      h.end_user, 0 AS records, ${hourSumColumns}
    FROM ${hoursOf('end_user_hourly', tenantId)}
    WHERE TRUE`;
}

function reportedHours(tenantId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT span.day, h.organization_id, h.project_id, h.api_key_id AS key_id, h.model, h.service_tier, h.kind,
      '' AS end_user, h.hour, h.records, ${hourSumColumns}
    FROM ${hoursOf('reported_hourly', tenantId)}`;
}

/** Spans of bills are whole UTC days. */
function billedLines(tenantId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT span.day, h.organization_id, h.project_id, h.api_key_id AS key_id, h.model, '' AS service_tier,
      h.line_item AS kind, '' AS end_user, 0 AS records, 0 AS requests, 0 AS input_tokens, 0 AS input_cached_tokens, 0 AS output_tokens,
      h.amount_usd AS cost_usd, 0 AS unpriced_requests, 0 AS estimated_requests
    FROM ${rowsOf('cost_line', tenantId, Prisma.sql`billed_on = span.day`)}`;
}

/** Hours in which a span begins or ends, and whose records are there. Partitions end with an hour: it has all or none. */
function cutHours(tenantId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT hour FROM (
      SELECT date_trunc('hour', begins, 'UTC') AS hour FROM span WHERE begins <> date_trunc('hour', begins, 'UTC')
      UNION SELECT date_trunc('hour', ends, 'UTC') FROM span WHERE ends <> date_trunc('hour', ends, 'UTC')
    ) AS c
    WHERE EXISTS (SELECT FROM usage_record r WHERE r.tenant_id = ${tenantId}::uuid
      AND r.occurred_at >= c.hour AND r.occurred_at < c.hour + interval '1 hour')`;
}

function recordsOfCutHours(tenantId: string, source: 'measured' | 'end-users'): Prisma.Sql {
  const toldApart =
    source === 'measured'
      ? Prisma.raw(`COALESCE(r.provider_key_id, '${nilUuid}')::text, r.model, r.service_tier, r.source, ''`)
      : Prisma.sql`'', '', '', '', r.end_user`;
  return Prisma.sql`
    SELECT span.day, ${noOrganization}, '', ${toldApart}, ${Prisma.raw(source === 'measured' ? '1' : '0')}, r.requests, ${allInputTokens}, ${allCachedInputTokens},
      ${allOutputTokens}, COALESCE(r.cost_usd, 0), CASE r.cost_basis WHEN 'unpriced' THEN r.requests ELSE 0 END,
      CASE r.cost_basis WHEN 'estimated' THEN r.requests ELSE 0 END
    FROM cut JOIN span ON span.begins < cut.hour + interval '1 hour' AND span.ends > cut.hour
      JOIN usage_record r ON r.tenant_id = ${tenantId}::uuid
        AND r.occurred_at >= GREATEST(span.begins, cut.hour)
        AND r.occurred_at < LEAST(span.ends, cut.hour + interval '1 hour')
    WHERE ${source === 'measured' ? Prisma.sql`TRUE` : Prisma.sql`r.end_user IS NOT NULL`}`;
}
