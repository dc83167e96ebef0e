import { Problem } from '#core/problem.js';
import type { DaySpan } from '../books/book.js';
import { countDays } from '../spend/local-days.js';

export const mostReconciledDays = 400;
/** Each day of a longer range would be more than anybody reads, and takes long to find. */
const mostSingleDays = 62;

/** @throws Problem `invalid-request` for a range that ends before it begins, or has more days than there may be */
export function assertReconciledRange({ by, ...days }: DaySpan & { by?: string }): void {
  const count = countDays(days);
  if (count < 1) throw refused('from', 'The range ends before it begins.');
  if (count > mostReconciledDays) throw refused('to', `A reconciliation has at most ${mostReconciledDays} days.`);
  if (by === 'day' && isLong(days)) {
    throw refused('by', `By day, a range has at most ${mostSingleDays} days; by month, at most ${mostReconciledDays}.`);
  }
}

function refused(field: string, detail: string): Problem {
  return new Problem('invalid-request', { field, detail });
}

/** Too long for its days to be compared one by one. */
export function isLong(days: DaySpan): boolean {
  return countDays(days) > mostSingleDays;
}

/** Days in a row that are of one kind, together. */
export function spansOf(days: readonly string[], kindOf: (day: string) => string): DaySpan[] {
  const spans: DaySpan[] = [];
  let lastKind: string | undefined;
  for (const day of days) {
    const kind = kindOf(day);
    const last = spans.at(-1);
    if (last && kind === lastKind) last.toDay = day;
    else spans.push({ fromDay: day, toDay: day });
    lastKind = kind;
  }
  return spans;
}
