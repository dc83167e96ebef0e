import { Prisma } from '#db/rows.js';
import { hourLevels } from './book-levels.js';

/**
 * An organization's reported usage of a UTC day, `YYYY-MM-DD`: `hour` (its beginning), `model`, `kind`, `cost_usd`,
 * `input_tokens`, `output_tokens`. From the sums of the day as far as they are true, and from its hours beyond: by one
 * statement, as another could see what was summed in between.
 */
export function hoursOfDay(
  { tenantId, organizationId }: { tenantId: string; organizationId: string },
  day: string,
): Prisma.Sql {
  const begins = new Date(`${day}T00:00:00Z`);
  const ends = new Date(begins.getTime() + 86_400_000);
  const sums = Prisma.sql`day_sum
    WHERE tenant_id = ${tenantId}::uuid AND zone = 'UTC' AND book = 'reported' AND level = ANY(${[...hourLevels]})
      AND day = ${day}::date AND organization_id = ${organizationId}::uuid`;
  // Days that were summed before their hours were have none.
  return Prisma.sql`
    WITH summed AS MATERIALIZED (
      SELECT summed_to FROM summed_day
      WHERE tenant_id = ${tenantId}::uuid AND zone = 'UTC' AND book = 'reported' AND day = ${day}::date
        AND EXISTS (SELECT FROM ${sums})
    )
    SELECT ${begins}::timestamptz + make_interval(hours => right(level, 2)::int) AS hour, model, kind, cost_usd, input_tokens,
      output_tokens
    FROM ${sums} AND EXISTS (SELECT FROM summed)
    UNION ALL
    SELECT hour, model, kind, cost_usd, input_tokens, output_tokens FROM reported_hourly
    WHERE tenant_id = ${tenantId}::uuid AND organization_id = ${organizationId}::uuid
      AND hour >= (SELECT COALESCE(max(summed_to), ${begins}::timestamptz) FROM summed) AND hour < ${ends}`;
}
