import { utcDay } from '#core/utc-day.js';
import type { Tx } from '#db/database.js';

/**
 * Makes the partitions of the UTC months of these instants where they are missing. Idempotent; everybody in one order.
 * @param but an instant of a month that is there for certain
 */
export async function ensureMonths(
  tx: Pick<Tx, '$executeRaw'>,
  instants: readonly Date[],
  { but }: { but?: Date } = {},
): Promise<void> {
  const months = new Set(instants.map(monthOf));
  if (but) months.delete(monthOf(but));
  for (const month of [...months].toSorted((a, b) => a - b)) {
    await tx.$executeRaw`SELECT ensure_month_partitions(${utcDay(new Date(month))}::date)`;
  }
}

function monthOf(instant: Date): number {
  return Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth());
}
