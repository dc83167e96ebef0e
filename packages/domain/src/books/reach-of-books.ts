import { Prisma } from '#db/rows.js';

/**
 * `name`, `first` (the beginning of its first hour, or null) and, of what is imported, `until` (the end of its last hour or,
 * of bills, day) of each book.
 */
export function reachOfBooks(tenantId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT 'measured' AS name, min(hour) AS first, NULL::timestamptz AS until FROM usage_hourly
    WHERE tenant_id = ${tenantId}::uuid
    UNION ALL SELECT 'reported', min(hour), max(hour) + interval '1 hour' FROM reported_hourly WHERE tenant_id = ${tenantId}::uuid
    UNION ALL SELECT 'billed', min(billed_on)::timestamp AT TIME ZONE 'UTC', (max(billed_on) + 1)::timestamp AT TIME ZONE 'UTC'
    FROM cost_line WHERE tenant_id = ${tenantId}::uuid`;
}
