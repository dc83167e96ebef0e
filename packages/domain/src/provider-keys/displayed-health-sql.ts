import { Prisma } from '#db/rows.js';
import { graceMs, missedProbesUntilStale } from './fresh-until.js';

/** `displayedHealth` as an expression over columns of `provider_key`, for counting and filtering where the rows are. */
export function displayedHealthSql(now: Date, defaultIntervalSecs: number): Prisma.Sql {
  return Prisma.sql`CASE
    WHEN NOT is_active THEN 'inactive'
    WHEN probe_mode = 'off' THEN 'not-probed'
    WHEN health_at IS NOT NULL AND ${now}::timestamptz - health_at > make_interval(secs => ${graceMs / 1000}::float8)
      + ${missedProbesUntilStale}::float8 * GREATEST(
          make_interval(secs => COALESCE(probe_interval_secs, ${defaultIntervalSecs}::int)),
          next_probe_at - last_probe_at)
      THEN 'unknown'
    ELSE health END`;
}
