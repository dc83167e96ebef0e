import { Prisma } from '#db/rows.js';

/** OpenAI goes on putting costs right for some days; what was read later than this after a day's end stays. */
export const finalAfterDays = 3;

const dayMs = 86_400_000;

/**
 * Whether the bill of a UTC day (`YYYY-MM-DD`) may still change, since it was last read sooner than three days after
 * the day's end, or never.
 */
export function isProvisional(day: string, readAt: Date | null): boolean {
  if (readAt === null) return true;
  return readAt.getTime() < Date.parse(`${day}T00:00:00Z`) + (1 + finalAfterDays) * dayMs;
}

/** The same of a row of `billed_day`; true where an outer join found none. */
export const provisionalDaysSql = Prisma.sql`
  (read_at IS NULL OR read_at < (billed_on + 1 + ${finalAfterDays}::int)::timestamp AT TIME ZONE 'UTC')`;
