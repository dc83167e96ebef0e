import type { PicoUsd } from '#core/money.js';

/**
 * What the three books can be held against each other by. Bills know no other day than one of UTC, so all days and
 * months are.
 */
export const reconciliationGroups = ['day', 'month', 'project', 'key', 'model'] as const;
export type ReconciliationGroup = (typeof reconciliationGroups)[number];

/** Why two books differ; docs/reconciliation.md has a sentence for each. */
export const differenceReasons = [
  'provisional-day',
  'tool-or-storage-fees',
  'unpriced',
  'price-differs',
  'tier-mix',
  'outside-traffic',
  'probe-spend',
  'unknown',
] as const;
export type DifferenceReason = (typeof differenceReasons)[number];

/** A part of a difference, with its sign; never zero. */
export interface DifferencePart {
  reason: DifferenceReason;
  amount: PicoUsd;
}

/** How much a book has above the one beneath it. The parts sum to the amount, and no reason stands twice. */
export interface Difference {
  amount: PicoUsd;
  /** Of the book above, such as 2.5, not rounded; null when that one has nothing. */
  percent: number | null;
  parts: DifferencePart[];
}

/** Null: the book has nothing on it, which is not the same as zero. */
export interface ThreeBooks {
  measured: PicoUsd | null;
  reported: PicoUsd | null;
  billed: PicoUsd | null;
  /** Billed less reported; null unless both books were read for some of the range. A book that is null counts as zero. */
  billedLessReported: Difference | null;
  /** Reported less measured, in the same way. */
  reportedLessMeasured: Difference | null;
}

export interface ReconciliationRow extends ThreeBooks {
  /**
   * A day, a month (`YYYY-MM`), or an id or name; null for what has none. A stored key where one is linked, else
   * OpenAI's id of a key.
   */
  group: string | null;
  name: string | null;
  /** Of a row by key: the stored key, if it is one. */
  providerKeyId: string | null;
  /** Of a row by key: the keys at OpenAI that it is. */
  openaiKeyIds: string[];
  /** Of a row by day or month: the bill of a day of it may still change, or was not read yet. */
  isProvisional: boolean;
}

/**
 * The bill of a model stands in one proportion to what its usage should cost, on every final day; in long ranges, in
 * every half of a month.
 */
export interface PriceRatio {
  model: string;
  /** Billed divided by reported, such as 0.9. */
  ratio: number;
  /** Final days that were compared. */
  days: number;
  amount: PicoUsd;
}

export interface Reconciliation {
  /**
   * Sums of all rows, those left out too. Its reasons are those of the days and their models, whatever the rows are: rows by
   * project or key, compared over many days at once, may have others.
   */
  total: ThreeBooks;
  /** Days and months in their order; else dearest first. */
  rows: ReconciliationRow[];
  /** What was left out for the limit, as one; null when nothing was. */
  rest: (ThreeBooks & { rows: number }) | null;
  priceRatios: PriceRatio[];
  /** Days of the range whose bill may still change, or was not read yet. */
  provisionalDays: number;
  firstProvisionalDay: string | null;
  hasOrganization: boolean;
}
