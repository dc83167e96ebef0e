import type { PicoUsd } from '#core/money.js';
import { addDays } from '../spend/local-days.js';
import type { DayCost } from './replay-ledger.js';

export interface BilledDay {
  /** `YYYY-MM-DD`, UTC. */
  day: string;
  amount: PicoUsd;
  readAt: Date;
}

export interface ReportedDay {
  day: string;
  /** Of what has a price. */
  cost: PicoUsd;
  requests: number;
  unpricedRequests: number;
}

const dayMs = 86_400_000;

/**
 * What each UTC day cost, oldest first. OpenAI's bill lags behind by hours that it does not state, so until a day was read
 * one day after its end, the larger of the bill and what usage says counts; from then on the bill alone.
 * @param posted what the ledger says was spent, by day
 */
export function costOfDays({
  posted,
  billed,
  reported,
}: {
  posted: ReadonlyMap<string, PicoUsd>;
  billed: readonly BilledDay[];
  reported: readonly ReportedDay[];
}): Map<string, DayCost> {
  const billOf = new Map(billed.map((bill) => [bill.day, bill]));
  const usageOf = new Map(reported.map(({ day, cost }) => [day, cost]));
  const days = [...new Set([...posted.keys(), ...billOf.keys(), ...usageOf.keys()])].toSorted();
  return new Map(
    days.map((day) => {
      const [ofLedger, bill] = [posted.get(day), billOf.get(day)];
      const known = [ofLedger, bill?.amount, usageOf.get(day)].filter((amount) => amount !== undefined);
      return [day, { billed: ofLedger ?? 0n, cost: bill && isSettled(bill) ? bill.amount : largest(known) }];
    }),
  );
}

/** Whether the bill of a day was read late enough to be believed alone. */
export function isSettled({ day, readAt }: Pick<BilledDay, 'day' | 'readAt'>): boolean {
  return readAt.getTime() >= Date.parse(`${addDays(day, 1)}T00:00:00Z`) + dayMs;
}

function largest(amounts: readonly PicoUsd[]): PicoUsd {
  return amounts.reduce((most, amount) => (amount > most ? amount : most));
}
