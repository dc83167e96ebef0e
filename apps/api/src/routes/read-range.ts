import { z } from 'zod';
import { Problem } from '#core/problem.js';
import { type ResolvedRange, resolveSpendRange, spendRanges } from '#domain/spend/spend-range.js';
import { addRule } from './add-rule.js';
import { day } from './days.js';

/** How every route that answers for days is asked for them. */
export const rangeShape = {
  range: z
    .enum(spendRanges, `must be one of ${spendRanges.join(', ')}`)
    .optional()
    .describe('Default: `custom` with `from` or `to`, else `last-30-days`.'),
  from: day.optional().describe('Included. Default: 30 days in all, with `to`; 400 at most.'),
  to: day.optional().describe('Included. Default: today.'),
};

/** The query with what can be wrong between these: days beside a range that has its own, and an end before the beginning. */
export function withRange<Query extends z.ZodObject<typeof rangeShape>>(query: Query): Query {
  return addRule(query, ['range', 'from', 'to'], ({ range, from, to }) => ({
    range: rangeFault({ range, from, to }),
    from: from !== undefined && to !== undefined && from > to ? 'The range ends before it begins.' : null,
  }));
}

function rangeFault({ range, from, to }: AskedRange): string | null {
  const hasDays = from !== undefined || to !== undefined;
  if (range === undefined || range === 'custom' || !hasDays) return null;
  return `“${range}” says which days: leave “from” and “to” out.`;
}

export interface AskedRange {
  range?: z.output<typeof rangeShape.range>;
  from?: string | undefined;
  to?: string | undefined;
}

/**
 * The days that are asked for, in the zone whose midnights cut them.
 * @throws Problem `invalid-request` for days beside a range that has its own
 */
export function readRange(
  { range: given, from, to }: AskedRange,
  { now, zone }: { now: Date; zone: string },
): ResolvedRange {
  const detail = rangeFault({ range: given, from, to });
  if (detail !== null) throw new Problem('invalid-request', { field: 'range', detail });
  const hasDays = from !== undefined || to !== undefined;
  const range = given ?? (hasDays ? 'custom' : 'last-30-days');
  return resolveSpendRange({ range, now, zone, fromDay: from, toDay: to });
}
