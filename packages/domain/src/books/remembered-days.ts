import type { Clock } from '#core/clock.js';
import { addDays, localDay } from '../spend/local-days.js';
import type { DaySpan } from './book.js';

/** The last 400 UTC days: an entry of them makes what it names known, so that it is not taken for a misspelt name. */
export function rememberedDays(clock: Clock): DaySpan {
  const toDay = localDay(clock.now(), 'UTC');
  return { fromDay: addDays(toDay, 1 - 400), toDay };
}
