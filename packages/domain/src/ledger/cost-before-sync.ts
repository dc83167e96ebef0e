import type { PicoUsd } from '#core/money.js';

/** What was known of a sync's own UTC day when it was made, and is kept with it. */
export interface OwnDay {
  billed: PicoUsd;
  /** What the usage of its own hour was valued at, as far as it was reported. */
  reportedInHour: PicoUsd;
}

/** A UTC day around an instant in it, by model; null: fees of tools and storage. */
export type DayAround = ReadonlyMap<string | null, PartAround>;

export interface PartAround {
  /** By the prices of today. */
  cost: HoursAround;
  tokens: HoursAround;
  /** The lines of the bill as they are now. */
  billed: PicoUsd;
}

/** The hours of a UTC day before the instant's own, that hour, and those after it. */
export interface HoursAround {
  earlier: bigint;
  own: bigint;
  later: bigint;
}

/** The bill of a day as it is now. */
export interface BillOfDay {
  amount: PicoUsd;
  readAt: Date;
  /** Read late enough to be believed alone. */
  isSettled: boolean;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * What a sync's own UTC day had cost by then: its part of the bill once that counts, of usage until then, and never less
 * than what was billed by then. Usage is valued with the prices of today, as what came after the sync is, so that a
 * re-rating hides no spend and invents none. The sync's own hour is divided by what was known of it: there, and there
 * alone, a re-rating can be off, by the cost of that hour at most.
 */
export function costBeforeSync(at: Date, own: OwnDay, day: DayAround, bill: BillOfDay | null): PicoUsd {
  const hour = sumOf(day, ({ cost }) => cost.own);
  const known = own.reportedInHour < hour ? own.reportedInHour : hour;
  // Of tokens alone nothing was kept: they came evenly over the hour.
  const [part, whole] = hour > 0n ? [known, hour] : [BigInt(at.getTime() % hourMs), BigInt(hourMs)];
  const before = (hours: HoursAround) => hours.earlier + share(hours.own, part, whole);
  const isBillCounted = bill !== null && (bill.isSettled || bill.amount > sumOf(day, ({ cost }) => allOf(cost)));
  const reported = sumOf(day, ({ cost }) => before(cost));
  const found = isBillCounted ? billedBefore(day, before, byTimeOf(at, bill), bill.amount) : reported;
  return own.billed > found ? own.billed : found;
}

/**
 * Each model's lines are divided as its usage is, whatever it was billed at; of a model without a price, as its tokens are.
 * What has neither (storage above all) came evenly over the day.
 */
function billedBefore(
  day: DayAround,
  before: (hours: HoursAround) => bigint,
  byTime: (amount: PicoUsd) => PicoUsd,
  amount: PicoUsd,
): PicoUsd {
  const lines = sumOf(day, ({ cost, tokens, billed }, model) => {
    const hours = allOf(cost) > 0n ? cost : tokens;
    const all = allOf(hours);
    // Of fees, those that have a price are used by the call, and the rest is storage.
    if (model === null && billed > allOf(cost)) return before(cost) + byTime(billed - allOf(cost));
    return all > 0n ? share(billed, before(hours), all) : byTime(billed);
  });
  return lines + byTime(amount - sumOf(day, ({ billed }) => billed));
}

/** What of an amount that came evenly over the day, as far as its bill was read, came by an instant. */
function byTimeOf(at: Date, { readAt }: BillOfDay): (amount: PicoUsd) => PicoUsd {
  const begins = Math.floor(at.getTime() / dayMs) * dayMs;
  const ends = Math.min(begins + dayMs, Math.max(readAt.getTime(), at.getTime()));
  return (amount) => share(amount, BigInt(at.getTime() - begins), BigInt(ends - begins));
}

function allOf({ earlier, own, later }: HoursAround): bigint {
  return earlier + own + later;
}

function sumOf(day: DayAround, amountOf: (part: PartAround, model: string | null) => PicoUsd): PicoUsd {
  return [...day].reduce((sum, [model, part]) => sum + amountOf(part, model), 0n);
}

/** Of an amount, so many parts of all; nothing of none. */
function share(amount: PicoUsd, part: bigint, all: bigint): PicoUsd {
  return all === 0n ? 0n : (amount * part) / all;
}
