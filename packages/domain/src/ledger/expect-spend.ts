/** What one UTC day cost, in USD: for guessing the future a float will do. */
export interface PastDay {
  /** `YYYY-MM-DD` */
  day: string;
  /** Null: not known, as of usage without a price. It says nothing, and least of all that the day cost nothing. */
  usd: number | null;
}

/** What a day of each weekday may be expected to cost, and how far days stray from that. USD. */
export interface ExpectedSpend {
  /** Sunday first, as `Date` counts. */
  byWeekday: readonly number[];
  /** Standard deviation of a day around its expectation. */
  spread: number;
  /** How many days of equal weight the expectation rests on. */
  weight: number;
}

/** Fewer say nothing. */
const leastDays = 3;
/** From two weeks on each weekday has been seen twice, and gets an expectation of its own. */
const weekdayDays = 14;
/** A day two weeks ago counts half, so that a new level of spend is believed within weeks. */
const halfLifeDays = 14;

/**
 * The expectation from past days, oldest first and without a gap, at most eight weeks of them.
 * @returns null when fewer than three of them are known
 */
export function expectSpend(past: readonly PastDay[]): ExpectedSpend | null {
  const days = past.flatMap(({ day, usd }, index) => {
    if (usd === null) return [];
    return [{ usd, weekday: weekdayOf(day), weight: 0.5 ** ((past.length - 1 - index) / halfLifeDays) }];
  });
  if (days.length < leastDays) return null;
  const overall = meanOf(days);
  const groups = days.length < weekdayDays ? 1 : 7;
  const byWeekday = Array.from({ length: 7 }, (_, weekday) => {
    const alike = groups === 1 ? days : days.filter((day) => day.weekday === weekday);
    return Math.max(0, alike.length === 0 ? overall : meanOf(alike));
  });
  const weight = sum(days, (day) => day.weight) ** 2 / sum(days, (day) => day.weight ** 2);
  const error = meanOf(days.map((day) => ({ ...day, usd: (day.usd - (byWeekday[day.weekday] ?? 0)) ** 2 })));
  // As many degrees of freedom are gone as there are means.
  const spread = Math.sqrt((error * weight) / Math.max(1, weight - groups));
  return { byWeekday, spread, weight };
}

export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

function meanOf(days: readonly { usd: number; weight: number }[]): number {
  return sum(days, ({ usd, weight }) => usd * weight) / sum(days, ({ weight }) => weight);
}

function sum<Item>(items: readonly Item[], valueOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + valueOf(item), 0);
}
