import { z } from 'zod';
import { Problem } from '#core/problem.js';
import { type ResolvedRange, resolveSpendRange, spendRanges } from '#domain/spend/spend-range.js';
import { day } from './usage-schemas.js';

/** How every route that answers for days is asked for them. */
export const rangeShape = {
  range: z
    .enum(spendRanges, `must be one of ${spendRanges.join(', ')}`)
    .optional()
    .describe('Default: `custom` with `from` or `to`, else `last-30-days`.'),
  from: day.optional().describe('Included. Default: 30 days in all, with `to`; 400 at most.'),
  to: day.optional().describe('Included. Default: today.'),
};

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
  const hasDays = from !== undefined || to !== undefined;
  const range = given ?? (hasDays ? 'custom' : 'last-30-days');
  if (range !== 'custom' && hasDays) {
    const detail = `“${range}” says which days: leave “from” and “to” out.`;
    throw new Problem('invalid-request', { detail, fields: { range: detail } });
  }
  return resolveSpendRange({ range, now, zone, fromDay: from, toDay: to });
}
