import { Prisma } from '#db/rows.js';
import type { DaySpan } from './book.js';

/**
 * To be put after `figure f`, all of whose days lie in some span: `span_of.from_day` is then the first day of that one. By
 * the order of the spans and not by a join, which would cost more than the sums.
 */
export function spanOf(spans: readonly DaySpan[]): Prisma.Sql {
  const [only, ...others] = spans;
  if (only && others.length === 0) return Prisma.sql`CROSS JOIN (SELECT ${only.fromDay}::date AS from_day) AS span_of`;
  const firstDays = Prisma.sql`${spans.map(({ fromDay }) => fromDay)}::date[]`;
  return Prisma.sql`CROSS JOIN LATERAL (SELECT (${firstDays})[width_bucket(f.day, ${firstDays})] AS from_day) AS span_of`;
}
