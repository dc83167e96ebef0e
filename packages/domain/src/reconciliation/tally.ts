import type { PicoUsd } from '#core/money.js';
import type { Difference, DifferencePart, DifferenceReason, ThreeBooks } from './reconciliation.js';

/** Figures and reasons of a row, put together from its days and groups. */
export interface Tally {
  measured: PicoUsd | null;
  reported: PicoUsd | null;
  billed: PicoUsd | null;
  billedParts: Map<DifferenceReason, PicoUsd>;
  reportedParts: Map<DifferenceReason, PicoUsd>;
}

export function newTally(): Tally {
  return { measured: null, reported: null, billed: null, billedParts: new Map(), reportedParts: new Map() };
}

export function addParts(to: Map<DifferenceReason, PicoUsd>, parts: readonly DifferencePart[]): void {
  for (const { reason, amount } of parts) to.set(reason, (to.get(reason) ?? 0n) + amount);
}

export function addTally(to: Tally, more: Tally): void {
  for (const book of ['measured', 'reported', 'billed'] as const) {
    const amount = more[book];
    if (amount !== null) to[book] = (to[book] ?? 0n) + amount;
  }
  addParts(to.billedParts, listParts(more.billedParts));
  addParts(to.reportedParts, listParts(more.reportedParts));
}

/** `has`: the books that were read for some of the range, so that a difference from them means something. */
export function toThreeBooks(
  { measured, reported, billed, billedParts, reportedParts }: Tally,
  has: { billed: boolean; reported: boolean; measured: boolean },
): ThreeBooks {
  return {
    measured,
    reported,
    billed,
    billedLessReported: has.billed && has.reported ? differenceOf(billed, reported, billedParts) : null,
    reportedLessMeasured: has.reported && has.measured ? differenceOf(reported, measured, reportedParts) : null,
  };
}

function differenceOf(
  above: PicoUsd | null,
  beneath: PicoUsd | null,
  parts: ReadonlyMap<DifferenceReason, PicoUsd>,
): Difference | null {
  if (above === null && beneath === null) return null;
  const amount = (above ?? 0n) - (beneath ?? 0n);
  return { amount, percent: percentOf(amount, above ?? 0n), parts: listParts(parts) };
}

/** To ten decimals: whoever shows it rounds it, once. */
function percentOf(amount: PicoUsd, whole: PicoUsd): number | null {
  if (whole === 0n) return null;
  return Number((amount * 10n ** 12n) / magnitude(whole)) / 10 ** 10;
}

/** Largest first, as that is what a reader asks about. */
function listParts(parts: ReadonlyMap<DifferenceReason, PicoUsd>): DifferencePart[] {
  return [...parts]
    .filter(([, amount]) => amount !== 0n)
    .map(([reason, amount]) => ({ reason, amount }))
    .toSorted((a, b) => compare(magnitude(b.amount), magnitude(a.amount)));
}

/** What a row is sorted by: the largest of its figures. */
export function weightOf({ measured, reported, billed }: Tally): PicoUsd {
  return [measured, reported, billed].reduce<PicoUsd>((most, amount) => {
    const own = magnitude(amount ?? 0n);
    return own > most ? own : most;
  }, 0n);
}

function magnitude(amount: PicoUsd): PicoUsd {
  return amount < 0n ? -amount : amount;
}

export function compare(a: PicoUsd, b: PicoUsd): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
