import { Prisma } from '#db/rows.js';

/**
 * Since when a tenant keeps its single records: the start of a UTC day, so that every hour has all its records or none.
 * Without days of its own, since ever. An hour late, so that an event that was accepted in time is written by then.
 * @param days an expression, of the tenant's column or of a number
 */
export function keptSince(days: Prisma.Sql, now: Date): Prisma.Sql {
  return Prisma.sql`coalesce(
    date_trunc('day', ${now}::timestamptz - interval '1 hour' - make_interval(days => ${days}), 'UTC'), '-infinity')`;
}

/** The same by what the tenant of the transaction has set, else by so many days of the installation; 0: for ever. */
export function tenantKeepsSince(now: Date, installationDays = 0): Prisma.Sql {
  const since = keptSince(Prisma.sql`coalesce(record_retention_days, nullif(${installationDays}::int, 0))`, now);
  return Prisma.sql`(SELECT ${since} FROM tenant WHERE id = current_tenant_id())`;
}
