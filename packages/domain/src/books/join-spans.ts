import { Prisma } from '#db/rows.js';
import type { DaySpan } from './book.js';

/** To be put after `figure f`: `span_of` then has the first day of each figure's span; days of no span are left out. */
export function joinSpans(spans: readonly DaySpan[]): Prisma.Sql {
  return Prisma.sql`JOIN (
      SELECT from_day, d::date AS day FROM unnest(${spans.map(({ fromDay }) => fromDay)}::date[],
        ${spans.map(({ toDay }) => toDay)}::date[]) AS u(from_day, to_day),
        generate_series(from_day::timestamp, to_day::timestamp, '1 day') AS d
    ) AS span_of ON f.day = span_of.day`;
}
