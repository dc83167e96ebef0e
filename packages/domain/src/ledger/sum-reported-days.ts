import type { Clock } from '#core/clock.js';
import { utcDay } from '#core/utc-day.js';
import type { BookDeps } from '../books/book-snapshot.js';
import { sumBookByDay } from '../books/sum-book-by-day.js';
import { addDays } from '../spend/local-days.js';
import type { ReportedDay } from './cost-of-days.js';

/** Far more than the days for which a bill may be late. */
const reportedDays = 35;

/** What usage says that the last UTC days cost, for those that OpenAI has not billed for good. */
export async function sumReportedDays(
  deps: BookDeps & { clock: Clock },
  tenantId: string,
  organizationId: string,
): Promise<ReportedDay[]> {
  const toDay = utcDay(deps.clock.now());
  return sumBookByDay(deps, tenantId, {
    book: 'reported',
    calendar: 'utc',
    fromDay: addDays(toDay, 1 - reportedDays),
    toDay,
    by: 'none',
    only: { organizationId },
  });
}
