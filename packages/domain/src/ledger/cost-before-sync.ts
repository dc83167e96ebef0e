import type { PicoUsd } from '#core/money.js';

/** What was known of a sync's own UTC day when it was made, and is kept with it. */
export interface OwnDay {
  billed: PicoUsd;
  /** What the usage of its own hour was valued at, as far as it was reported. */
  reportedInHour: PicoUsd;
}

/** Usage of a UTC day by the prices of today: of the hours before an instant's own, and of that whole hour. */
export interface UsageAround {
  earlierHours: PicoUsd;
  ownHour: PicoUsd;
}

/**
 * What a sync's own UTC day had cost by then, by the larger of bill and usage. Usage is valued with the prices of today, as
 * what came after the sync is, so that a re-rating hides no spend and invents none. Its own hour is divided by what was
 * known of it: there, and there alone, a re-rating can be off, by the cost of that hour at most.
 */
export function costBeforeSync({ billed, reportedInHour }: OwnDay, { earlierHours, ownHour }: UsageAround): PicoUsd {
  const reported = earlierHours + (reportedInHour < ownHour ? reportedInHour : ownHour);
  return billed > reported ? billed : reported;
}
