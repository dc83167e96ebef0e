import type { PicoUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import { addDays, daysOf } from '../spend/local-days.js';
import { knownCost } from '../spend/spend-sums.js';
import { type BurnRate, burnRate } from './burn-rate.js';
import { costOfDays, isSettled, type ReportedDay } from './cost-of-days.js';
import { totalOf } from './credit.js';
import { expectSpend } from './expect-spend.js';
import { type BalanceForecast, forecastBalance } from './forecast-balance.js';
import type { LedgerEntry } from './ledger-entry.js';
import { liveMovements } from './live-movements.js';
import type { LedgerFacts } from './load-ledger.js';
import { type DayCost, type Replay, replayLedger, type SinceTruth } from './replay-ledger.js';

/** Why a balance may be too high, or why there is no forecast. */
export type BalanceReason =
  | 'nothing-entered'
  | 'unpriced-requests'
  | 'not-imported-lately'
  | 'too-little-history'
  | 'no-spend';

/** What is left of an organization's prepaid credit, how that number is made, and how long it will last. */
export interface Balance {
  /** Null when nothing was ever entered: unknown, not zero. */
  balance: PicoUsd | null;
  /** Something that was spent is missing from it, as `reasons` says. */
  isAtMost: boolean;
  reasons: BalanceReason[];
  /** The last sync, the truth that it starts from; null when it starts from the first deposit and assumes nothing before. */
  lastSync: { id: string; at: Date; stated: PicoUsd } | null;
  /** What came since then: `stated + deposits + corrections − expired − billed − estimated` is the balance. */
  since: SinceTruth | null;
  /**
   * What today has cost so far, by the larger of bill and usage; null when nothing of it was imported, or none of it
   * has a price.
   */
  today: PicoUsd | null;
  /** Requests of today without a price, whose cost is in no sum. */
  todayUnpricedRequests: number;
  /** The UTC day after the last whose bill is settled; one before it that is not is estimated all the same. */
  estimatedFromDay: string;
  /** Requests without a price of all days whose bill is not settled, from that of the last sync on. */
  unpricedRequests: number;
  costsReadAt: Date | null;
  /** When everything recent had last been imported. */
  importedAt: Date | null;
  burnRate7: BurnRate | null;
  burnRate30: BurnRate | null;
  /** Null with a reason. */
  forecast: BalanceForecast | null;
  /** At the end of each UTC day since the beginning of the ledger, and now; oldest first. */
  history: { day: string; total: PicoUsd }[];
  /** Newest first. */
  syncs: LedgerSync[];
}

/** As far as is known nothing is left, and OpenAI refuses requests until credit is added. */
export function isUsedUp({ balance }: Pick<Balance, 'balance'>): boolean {
  return balance !== null && balance <= 0n;
}

/** A sync, and what of its difference has been explained since by costs or deposits that were not known then. */
export interface LedgerSync {
  entry: LedgerEntry;
  /** Null for the first truth of a ledger, which had nothing to differ from. */
  drift: { difference: PicoUsd; explained: PicoUsd; unexplained: PicoUsd } | null;
  isUndone: boolean;
}

const staleAfterMs = 3_600_000;
const forecastDays = 56;

/** Pure: the same facts at the same time are the same balance. */
export function balanceOf(
  facts: LedgerFacts & { reported: readonly ReportedDay[]; importedAt: Date | null },
  now: Date,
): Balance {
  const today = utcDay(now);
  const costs = costOfDays(facts);
  const replay = replayLedger(liveMovements(facts), costs, today);
  const past = pastCosts(facts, costs, today);
  const spend = expectSpend(
    past.slice(-forecastDays).map(({ day, cost }) => ({ day, usd: cost === null ? null : Number(cost) / 1e12 })),
  );
  const isSpending = spend !== null && spend.byWeekday.some((usd) => usd > 0);
  const estimatedFromDay = firstUnsettledDay(facts, today);
  // What a sync stated held all of the days before its own.
  const countedFrom = replay?.lastSync ? utcDay(replay.lastSync.at) : (replay?.days[0]?.day ?? today);
  const settled = settledDays(facts);
  const unpricedRequests = facts.reported
    .filter(({ day }) => day >= countedFrom && !settled.has(day))
    .reduce((sum, day) => sum + day.unpricedRequests, 0);
  const isStale = facts.importedAt === null || now.getTime() - facts.importedAt.getTime() > staleAfterMs;
  const reasons: BalanceReason[] = [
    ...(replay === null ? (['nothing-entered'] as const) : []),
    ...(unpricedRequests > 0 ? (['unpriced-requests'] as const) : []),
    ...(isStale ? (['not-imported-lately'] as const) : []),
    ...(spend === null ? (['too-little-history'] as const) : isSpending ? [] : (['no-spend'] as const)),
  ];
  return {
    balance: replay && totalOf(replay.credit),
    isAtMost: unpricedRequests > 0 || isStale,
    reasons,
    lastSync: replay?.lastSync ?? null,
    since: replay?.since ?? null,
    today: costs.has(today) || !isStale ? knownCostOn(today, facts, costs) : null,
    todayUnpricedRequests: facts.reported.find(({ day }) => day === today)?.unpricedRequests ?? 0,
    estimatedFromDay,
    unpricedRequests,
    costsReadAt: facts.costsReadAt,
    importedAt: facts.importedAt,
    burnRate7: burnRate(past, 7),
    burnRate30: burnRate(past, 30),
    forecast: replay && isSpending ? forecastBalance(replay.credit, spend, now) : null,
    history: replay?.days ?? [],
    syncs: syncsOf(facts.entries, replay),
  };
}

type CostFacts = Pick<LedgerFacts, 'billed'> & { reported: readonly ReportedDay[] };

/** What a day cost; null where only usage without any price says so: that is unknown, not free. */
function knownCostOn(
  day: string,
  { billed, reported }: CostFacts,
  costs: ReadonlyMap<string, DayCost>,
): PicoUsd | null {
  const cost = costs.get(day)?.cost ?? 0n;
  const usage = reported.find((one) => one.day === day);
  const isUnpriced = usage !== undefined && knownCost(usage) === null;
  return isUnpriced && cost === 0n && !billed.some((bill) => bill.day === day && isSettled(bill)) ? null : cost;
}

/** The days that are over and about which something is known, without a gap. */
function pastCosts({ billed, reported }: CostFacts, costs: ReadonlyMap<string, DayCost>, today: string) {
  const known = [...billed, ...reported]
    .map(({ day }) => day)
    .filter((day) => day < today)
    .toSorted();
  const [fromDay, toDay] = [known[0], known.at(-1)];
  if (fromDay === undefined || toDay === undefined) return [];
  const settled = settledDays({ billed });
  return daysOf({ fromDay, toDay }).map((day) => ({
    day,
    cost: knownCostOn(day, { billed, reported }, costs),
    isEstimated: costs.has(day) && !settled.has(day),
  }));
}

function settledDays({ billed }: Pick<LedgerFacts, 'billed'>): Set<string> {
  return new Set(billed.filter(isSettled).map(({ day }) => day));
}

function firstUnsettledDay({ billed }: LedgerFacts, today: string): string {
  const last = billed.filter(isSettled).at(-1);
  return last ? addDays(last.day, 1) : today;
}

function syncsOf(entries: readonly LedgerEntry[], replay: Replay | null): LedgerSync[] {
  return entries
    .filter(({ kind }) => kind === 'sync')
    .map((entry) => {
      const expected = replay?.expectedAtSync.get(entry.id);
      return { entry, isUndone: expected === undefined, drift: driftOf(entry, expected ?? null) };
    })
    .toReversed();
}

function driftOf({ stated, computed }: LedgerEntry, expected: PicoUsd | null): LedgerSync['drift'] {
  if (stated === null || computed === null) return null;
  const difference = stated - computed;
  const unexplained = expected === null ? difference : stated - expected;
  return { difference, explained: difference - unexplained, unexplained };
}
