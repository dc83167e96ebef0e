import type { PicoUsd } from '#core/money.js';

/** What is left of one deposit; without `depositId`, of credit that was there before anybody wrote it down. */
export interface Lot {
  depositId: string | null;
  left: PicoUsd;
  /** From this instant on it is lost; null: not known. */
  expiresAt: Date | null;
}

/** Prepaid credit as lots, the one that expires first at the front; `debt` is what was spent beyond all of them. */
export interface Credit {
  lots: readonly Lot[];
  debt: PicoUsd;
}

export const noCredit: Credit = { lots: [], debt: 0n };

export function totalOf({ lots, debt }: Credit): PicoUsd {
  return lots.reduce((sum, { left }) => sum + left, 0n) - debt;
}

/** Pays what is owed first. Less than nothing takes away. */
export function addCredit(credit: Credit, { left, ...lot }: Lot): Credit {
  if (left < 0n) return takeCredit(credit, -left);
  const paid = left < credit.debt ? left : credit.debt;
  const rest = left - paid;
  const lots = rest === 0n ? credit.lots : [...credit.lots, { ...lot, left: rest }].toSorted(soonestFirst);
  return { lots, debt: credit.debt - paid };
}

/** Takes from the lot that expires first, then from the next. Less than nothing gives back, as a refund does. */
export function takeCredit(credit: Credit, amount: PicoUsd): Credit {
  if (amount < 0n) return addCredit(credit, { depositId: null, left: -amount, expiresAt: null });
  let owed = amount;
  const lots = credit.lots.flatMap((lot) => {
    const taken = owed < lot.left ? owed : lot.left;
    owed -= taken;
    return taken === lot.left ? [] : [{ ...lot, left: lot.left - taken }];
  });
  return { lots, debt: credit.debt + owed };
}

/** Drops the lots that have expired by `at`, and says which. */
export function expireCredit(credit: Credit, at: Date): { credit: Credit; expired: readonly Lot[] } {
  const isOver = ({ expiresAt }: Lot) => expiresAt !== null && expiresAt <= at;
  const expired = credit.lots.filter(isOver);
  if (expired.length === 0) return { credit, expired };
  return { credit: { ...credit, lots: credit.lots.filter((lot) => !isOver(lot)) }, expired };
}

/** Equal ends stay in the order in which they came. */
function soonestFirst(a: Lot, b: Lot): number {
  return (a.expiresAt?.getTime() ?? Infinity) - (b.expiresAt?.getTime() ?? Infinity) || 0;
}
