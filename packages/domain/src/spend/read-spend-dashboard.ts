import type { Clock } from '#core/clock.js';
import type { PicoUsd } from '#core/money.js';
import type { Book } from '../books/book.js';
import type { BookDeps } from '../books/book-snapshot.js';
import { sumBook } from '../books/sum-book.js';
import { localDay } from './local-days.js';
import { readSpend, type Spend } from './read-spend.js';
import { fullestBook, liveBook, type SpendSources, zoneOf } from './read-spend-sources.js';
import { resolveSpendRange } from './spend-range.js';
import { knownCost, type SpendSums, sumSpend } from './spend-sums.js';
import { isAnyKnown, stateOfDays } from './state-of-days.js';

export interface SpendDashboard {
  /** Of the book that knows of today: it may be another than that of the month. */
  today: { book: Book; day: string; total: SpendSums; isKnown: boolean };
  month: Spend & { book: Book };
  limits: { daily: LimitStanding; monthly: LimitStanding };
}

export interface LimitStanding {
  book: Book;
  /** Null while the book does not know of the period, or none of it has a price; then nothing is left or over either. */
  spent: PicoUsd | null;
  limit: PicoUsd | null;
  /** Of the limit; null without one. Never below zero: what goes beyond is `over`. */
  remaining: PicoUsd | null;
  over: PicoUsd | null;
}

/**
 * Today and this month so far, against the same days of last month; and what the fullest book knows of both, whichever is asked
 * for, against the tenant's limits.
 */
export async function readSpendDashboard(
  deps: BookDeps & { clock: Clock },
  tenantId: string,
  { book, sources }: { book: Book; sources: SpendSources },
): Promise<SpendDashboard> {
  const now = deps.clock.now();
  const live = book === 'billed' ? liveBook(sources) : book;
  const day = localDay(now, sources.zone);
  const resolved = resolveSpendRange({ range: 'this-month', now, zone: zoneOf(book, sources) });
  const onlyToday = { book: live, fromDay: day, toDay: day };
  const [ofToday, states, month] = await Promise.all([
    sumBook(deps, tenantId, { ...onlyToday, calendar: 'tenant', by: 'none' }),
    live === book ? null : stateOfDays(deps, tenantId, { ...onlyToday, sources }),
    readSpend(deps, tenantId, { ...resolved, book, by: 'none', only: {}, sources }),
  ]);
  const ofMonth = month.days.filter((one) => one.day === day);
  const today = { book: live, day, total: sumSpend(ofToday), isKnown: isAnyKnown(states ?? ofMonth) };
  const spentOf = (total: SpendSums, isKnown: boolean) => (isKnown ? knownCost(total) : null);
  const limits = {
    daily: standing(live, spentOf(today.total, today.isKnown), sources.dailyLimit),
    monthly: standing(book, spentOf(month.total, isAnyKnown(month.days)), sources.monthlyLimit),
  };
  const fullest = fullestBook(sources);
  const held = book === fullest ? { limits } : await readSpendDashboard(deps, tenantId, { book: fullest, sources });
  return { today, month: { book, ...month }, limits: held.limits };
}

function standing(book: Book, spent: PicoUsd | null, limit: PicoUsd | null): LimitStanding {
  if (limit === null || spent === null) return { book, spent, limit, remaining: null, over: null };
  const left = limit - spent;
  return { book, spent, limit, remaining: left > 0n ? left : 0n, over: left < 0n ? -left : 0n };
}
