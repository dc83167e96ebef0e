import { Prisma } from '#db/rows.js';
import type { Calendar } from '../books/book.js';

/** The zone of a calendar's days, where the statement has a row of `tenant`. */
export function zoneSql(calendar: Calendar): Prisma.Sql {
  return Prisma.raw(calendar === 'utc' ? `'UTC'` : 'reporting_time_zone');
}
