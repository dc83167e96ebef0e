import { type PicoUsd, picoUsdPerUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import { addDays } from '../spend/local-days.js';
import { type Credit, expireCredit, takeCredit, totalOf } from './credit.js';
import { type ExpectedSpend, weekdayOf } from './expect-spend.js';

/** A guess, with the ends of the band that it falls into four times out of five; `low` is the worse end. */
export interface Guess<Value> {
  low: Value;
  expected: Value;
  high: Value;
}

export interface BalanceForecast {
  /** From now until nothing is left; null: not within a year. */
  daysToZero: Guess<number | null>;
  /** The UTC days on which that is. */
  zeroOn: Guess<string | null>;
  /** The balance at the end of today and of each following day of a year, never less than zero. */
  path: (Guess<PicoUsd> & { day: string })[];
}

interface Run {
  daysToZero: number | null;
  totals: PicoUsd[];
}

const horizonDays = 366;
/** Of the normal distribution: 80 % lie within so many standard deviations. */
const bandDeviations = 1.2816;
const dayMs = 86_400_000;

/**
 * Spends the credit day by day as expected, and at both ends of the band, with lots expiring on the way. The band of n days
 * grows with √n, and with n for what is not known of the mean itself.
 */
export function forecastBalance(credit: Credit, spend: ExpectedSpend, now: Date): BalanceForecast {
  const today = utcDay(now);
  const restOfToday = 1 - (now.getTime() - Date.parse(`${today}T00:00:00Z`)) / dayMs;
  const days = Array.from({ length: horizonDays }, (_, index) => ({
    day: addDays(today, index),
    length: index === 0 ? restOfToday : 1,
  }));
  const low = runDown(credit, days, costs(spend, days, bandDeviations));
  const expected = runDown(credit, days, costs(spend, days, 0));
  const high = runDown(credit, days, costs(spend, days, -bandDeviations));
  const dayAfter = ({ daysToZero }: Run) =>
    daysToZero === null ? null : utcDay(new Date(now.getTime() + daysToZero * dayMs));
  return {
    daysToZero: { low: low.daysToZero, expected: expected.daysToZero, high: high.daysToZero },
    zeroOn: { low: dayAfter(low), expected: dayAfter(expected), high: dayAfter(high) },
    path: days.map(({ day }, index) => ({
      day,
      low: low.totals[index] ?? 0n,
      expected: expected.totals[index] ?? 0n,
      high: high.totals[index] ?? 0n,
    })),
  };
}

type FutureDay = { day: string; length: number };

/** What each day costs so that the sum so far stands so many deviations off its expectation; never less than nothing. */
function costs(spend: ExpectedSpend, days: readonly FutureDay[], deviations: number): number[] {
  let mean = 0;
  let elapsed = 0;
  let before = 0;
  return days.map(({ day, length }) => {
    mean += (spend.byWeekday[weekdayOf(day)] ?? 0) * length;
    elapsed += length;
    const deviation = spend.spread * Math.sqrt(elapsed + elapsed ** 2 / spend.weight);
    const sum = Math.max(before, mean + deviations * deviation);
    const cost = sum - before;
    before = sum;
    return cost;
  });
}

function runDown(credit: Credit, days: readonly FutureDay[], usd: readonly number[]): Run {
  let left = credit;
  let elapsed = 0;
  const run: Run = { daysToZero: null, totals: [] };
  for (const [index, { day, length }] of days.entries()) {
    left = expireCredit(left, new Date(`${day}T00:00:00Z`)).credit;
    const start = totalOf(left);
    const cost = BigInt(Math.round((usd[index] ?? 0) * Number(picoUsdPerUsd)));
    left = takeCredit(left, cost);
    if (run.daysToZero === null && totalOf(left) <= 0n) {
      run.daysToZero = elapsed + (start <= 0n ? 0 : (Number(start) / Number(cost)) * length);
    }
    run.totals.push(totalOf(left) > 0n ? totalOf(left) : 0n);
    elapsed += length;
  }
  return run;
}
