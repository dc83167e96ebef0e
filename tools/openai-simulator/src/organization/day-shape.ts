/** When in a day and a week something is used. */
export type DayShape = 'office' | 'consumer' | 'night' | 'flat';

export const secondsPerDay = 86_400;

// Requests per hour of the UTC day, relative to each other. Every hour is above 0, so shares grow strictly.
const hourlyWeights: Readonly<Record<DayShape, readonly number[]>> = {
  office: [2, 1, 1, 1, 1, 2, 8, 25, 60, 90, 100, 95, 70, 85, 100, 95, 80, 55, 30, 18, 12, 8, 5, 3],
  consumer: [30, 20, 12, 8, 6, 8, 15, 25, 35, 40, 45, 50, 55, 50, 48, 50, 58, 70, 85, 100, 98, 85, 65, 45],
  night: [90, 100, 100, 95, 60, 20, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 10, 30, 60],
  flat: Array.from({ length: 24 }, () => 1),
};

/** Sunday first, as `Date.getUTCDay`. */
const weekdayFactors: Readonly<Record<DayShape, readonly number[]>> = {
  office: [0.12, 1, 1.08, 1.1, 1.05, 0.85, 0.15],
  consumer: [1.25, 0.9, 0.9, 0.95, 1, 1.15, 1.3],
  night: [0.4, 1, 1, 1, 1, 1, 0.4],
  flat: [1, 1, 1, 1, 1, 1, 1],
};

const cumulativeWeights = Object.fromEntries(
  Object.entries(hourlyWeights).map(([shape, weights]) => {
    const sums = weights.reduce<number[]>((all, weight) => [...all, (all.at(-1) ?? 0) + weight], [0]);
    return [shape, sums];
  }),
) as Record<DayShape, number[]>;

/**
 * The share of a day's use that lies before a second of it: 0 at 0, 1 at 86,400, never falling. Two shares subtracted
 * are the use between them, so that parts of a day always sum to the day.
 */
export function shareOfDay(shape: DayShape, second: number): number {
  if (second <= 0) return 0;
  if (second >= secondsPerDay) return 1;
  const sums = cumulativeWeights[shape];
  const hour = Math.floor(second / 3600);
  const before = sums[hour] ?? 0;
  const within = ((sums[hour + 1] ?? 0) - before) * ((second - hour * 3600) / 3600);
  return (before + within) / (sums[24] ?? 1);
}

/** How a day of the week compares with an ordinary working day. */
export function weekdayFactor(shape: DayShape, day: number): number {
  // Day 0, 1970-01-01, was a Thursday.
  return weekdayFactors[shape][(day + 4) % 7] ?? 1;
}
