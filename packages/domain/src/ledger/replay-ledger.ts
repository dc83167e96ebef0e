import type { PicoUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import { addDays } from '../spend/local-days.js';
import { addCredit, type Credit, expireCredit, noCredit, takeCredit, totalOf } from './credit.js';
import { openingOf } from './opening-of.js';

/** What people entered, and was not undone since. */
export type Movement = { id: string; at: Date } & (
  | { kind: 'deposit'; amount: PicoUsd; expiresAt: Date | null }
  | { kind: 'correction'; amount: PicoUsd }
  /** `costBefore`: what its own UTC day had cost by then. */
  | { kind: 'sync'; stated: PicoUsd; costBefore: PicoUsd }
);

/** What a UTC day cost: of it billed, and all of it as far as is known. */
export interface DayCost {
  billed: PicoUsd;
  cost: PicoUsd;
}

/** What made the balance since the last sync, or without one since the first deposit. */
export interface SinceTruth {
  deposits: PicoUsd;
  corrections: PicoUsd;
  expired: PicoUsd;
  billed: PicoUsd;
  estimated: PicoUsd;
}

export interface Replay {
  credit: Credit;
  lastSync: (Movement & { kind: 'sync' }) | null;
  since: SinceTruth;
  /** At the end of each UTC day, or by now on the last; oldest first, without a gap. */
  days: { day: string; total: PicoUsd }[];
  /** What each sync would have found, by all that is known today; null for the first, before which nothing was known. */
  expectedAtSync: Map<string, PicoUsd | null>;
  /** What was left of each deposit when it ended. */
  expired: Map<string, PicoUsd>;
}

/**
 * Lives through the ledger from its opening to `today`, UTC day by UTC day: lots that end at its midnight expire, then come
 * its movements in order, then its cost is taken. A sync sets the total to what OpenAI stated. So costs of days before it
 * change nothing after it, and of its own day only what exceeds the cost that it had by then.
 * @param movements oldest first
 * @returns null when there is no movement, for then nothing is known
 */
export function replayLedger(
  movements: readonly Movement[],
  costs: ReadonlyMap<string, DayCost>,
  today: string,
): Replay | null {
  const opening = openingOf(movements);
  if (!opening) return null;
  const index = movements.indexOf(opening);
  const replay: Replay = {
    credit: heldAt(opening, movements.slice(0, index)),
    lastSync: null,
    since: noneSince(),
    days: [],
    expectedAtSync: new Map(),
    expired: new Map(),
  };
  const movementsOf = byDay(movements.slice(index));
  for (let day = utcDay(opening.at); day <= today; day = addDays(day, 1)) {
    expire(replay, new Date(`${day}T00:00:00Z`));
    for (const movement of movementsOf.get(day) ?? []) move(replay, movement, movement === opening);
    spend(replay, day, costs.get(day));
    replay.days.push({ day, total: totalOf(replay.credit) });
  }
  return replay;
}

/**
 * The deposits of before the opening that may be held in what it states. As nothing is known of what was spent of them, the
 * opening takes what it does not state from those that end first, as OpenAI does.
 */
function heldAt(opening: Movement, before: readonly Movement[]): Credit {
  return before.reduce((credit, movement) => {
    if (movement.kind !== 'deposit') return credit;
    const { id: depositId, amount: left, expiresAt } = movement;
    return expiresAt !== null && expiresAt <= opening.at ? credit : addCredit(credit, { depositId, left, expiresAt });
  }, noCredit);
}

function expire(replay: Replay, midnight: Date): void {
  const { credit, expired } = expireCredit(replay.credit, midnight);
  replay.credit = credit;
  for (const { depositId, left } of expired) {
    replay.since.expired += left;
    if (depositId !== null) replay.expired.set(depositId, left);
  }
}

function move(replay: Replay, movement: Movement, isOpening: boolean): void {
  const { credit, since } = replay;
  if (movement.kind === 'sync') {
    const sofar = costSince(replay.lastSync, utcDay(movement.at), movement.costBefore);
    const expected = totalOf(credit) - sofar;
    replay.expectedAtSync.set(movement.id, isOpening ? null : expected);
    replay.credit = takeCredit(credit, totalOf(credit) - movement.stated);
    replay.lastSync = movement;
    replay.since = noneSince();
    return;
  }
  const isDeposit = movement.kind === 'deposit';
  since[isDeposit ? 'deposits' : 'corrections'] += movement.amount;
  const lot = isDeposit
    ? { depositId: movement.id, expiresAt: movement.expiresAt }
    : { depositId: null, expiresAt: null };
  replay.credit = addCredit(credit, { ...lot, left: movement.amount });
}

function spend(replay: Replay, day: string, { billed, cost }: DayCost = { billed: 0n, cost: 0n }): void {
  const all = costSince(replay.lastSync, day, cost);
  const ofBill = costSince(replay.lastSync, day, billed);
  replay.credit = takeCredit(replay.credit, all);
  replay.since.billed += ofBill;
  replay.since.estimated += all - ofBill;
}

/** Of a day's cost, what came after the sync. Never less than nothing: an estimate that was too high earned no money. */
function costSince(sync: Replay['lastSync'], day: string, cost: PicoUsd): PicoUsd {
  if (sync === null || utcDay(sync.at) !== day) return cost;
  return cost > sync.costBefore ? cost - sync.costBefore : 0n;
}

function byDay(movements: readonly Movement[]): Map<string, Movement[]> {
  const days = new Map<string, Movement[]>();
  for (const movement of movements) {
    const day = utcDay(movement.at);
    days.set(day, [...(days.get(day) ?? []), movement]);
  }
  return days;
}

function noneSince(): SinceTruth {
  return { deposits: 0n, corrections: 0n, expired: 0n, billed: 0n, estimated: 0n };
}
