import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, daysOf } from '../spend/local-days.js';
import type { DaySpan } from './book.js';
import { type Period, periods } from './periods.js';
import { planReading } from './plan-reading.js';

const start = '2026-08-20';
const span = (from: number, length: number): DaySpan => ({
  fromDay: addDays(start, from),
  toDay: addDays(start, from + length),
});
const spans = fc
  .uniqueArray(fc.integer({ min: 0, max: 140 }), { minLength: 2, maxLength: 12 })
  .map((cuts) => cuts.toSorted((a, b) => a - b))
  .map((cuts) => cuts.slice(1).map((cut, index) => span(cuts[index] ?? 0, cut - (cuts[index] ?? 0) - 1)));
const stretches = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 130 }), fc.integer({ min: 1, max: 40 }))
    .map(([from, length]) => span(from, length)),
  { maxLength: 12 },
);

test('whatever is summed, and however it overlaps, each day of the spans is read once and no other is', () => {
  fc.assert(
    fc.property(
      spans,
      fc.record(Object.fromEntries(periods.map((period) => [period, stretches]))),
      fc.uniqueArray(fc.integer({ min: 0, max: 140 })),
      (asked, summed, known) => {
        const lengths = Object.entries(summed).map(([period, all]) => {
          // As the table keeps them: one for each first day.
          const first = new Map(all.map(({ fromDay, toDay }) => [fromDay, toDay]));
          const inOrder = [...first].toSorted(([one], [other]) => one.localeCompare(other));
          return [period, [inOrder.map(([fromDay]) => fromDay), inOrder.map(([, toDay]) => toDay)]] as const;
        });
        const coverage = {
          zone: 'UTC',
          days: new Set(known.map((day) => addDays(start, day))),
          partial: new Map<string, Date>(),
          periods: Object.fromEntries(lengths) as Partial<Record<Period, [string[], string[]]>>,
        };
        const plan = planReading(coverage, asked, periods);
        const ofPeriods = plan.periods.flatMap(({ period, days }) =>
          days.flatMap((fromDay) => {
            const [fromDays = [], toDays = []] = coverage.periods[period] ?? [];
            return daysOf({ fromDay, toDay: toDays[fromDays.indexOf(fromDay)] ?? '' });
          }),
        );
        const read = [...ofPeriods, ...plan.days, ...plan.hours.map(({ day }) => day)];
        expect(read.toSorted()).toEqual(asked.flatMap(daysOf));
      },
    ),
  );
});
