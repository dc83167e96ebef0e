import { Problem } from '#core/problem.js';

export const mostReconciledDays = 400;
const dayMs = 86_400_000;

/** UTC days, both ends included. */
interface Days {
  fromDay: string;
  toDay: string;
}

/** @throws Problem `invalid-request` for a range that ends before it begins, or has more than 400 days */
export function assertReconciledRange(days: Days): void {
  const count = countDays(days);
  if (count < 1) throw refused('from', 'The range ends before it begins.');
  if (count > mostReconciledDays) throw refused('to', `A reconciliation has at most ${mostReconciledDays} days.`);
}

function refused(field: string, detail: string): Problem {
  return new Problem('invalid-request', { detail, fields: { [field]: detail } });
}

export function listDays(days: Days): string[] {
  const first = Date.parse(`${days.fromDay}T00:00:00Z`);
  return Array.from({ length: countDays(days) }, (_, index) =>
    new Date(first + index * dayMs).toISOString().slice(0, 10),
  );
}

function countDays({ fromDay, toDay }: Days): number {
  return Math.round((Date.parse(toDay) - Date.parse(fromDay)) / dayMs) + 1;
}
