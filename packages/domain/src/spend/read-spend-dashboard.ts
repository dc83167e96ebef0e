import type { Clock } from '#core/clock.js';
import type { PicoUsd } from '#core/money.js';
import type { Database } from '#db/database.js';
import type { Book } from '../books/book.js';
import { sumBook } from '../books/sum-book.js';
import { localDay } from './local-days.js';
import { readSpend, type Spend } from './read-spend.js';
import { liveBook, type SpendSources, zoneOf } from './read-spend-sources.js';
import { resolveSpendRange } from './spend-range.js';
import { type SpendSums, sumSpend } from './spend-sums.js';

export interface SpendDashboard {
  /** Of the book that knows of today: it may be another than that of the month. */
  today: { book: Book; day: string; total: SpendSums };
  month: Spend & { book: Book };
  limits: { daily: LimitStanding; monthly: LimitStanding };
}

export interface LimitStanding {
  book: Book;
  spent: PicoUsd;
  limit: PicoUsd | null;
  /** Of the limit; null without one. Never below zero: what goes beyond is `over`. */
  remaining: PicoUsd | null;
  over: PicoUsd | null;
}

/** Today and this month so far, against the same days of last month and against the tenant's limits. */
export async function readSpendDashboard(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { book, sources }: { book: Book; sources: SpendSources },
): Promise<SpendDashboard> {
  const now = deps.clock.now();
  const live = book === 'billed' ? liveBook(sources) : book;
  const day = localDay(now, sources.zone);
  const resolved = resolveSpendRange({ range: 'this-month', now, zone: zoneOf(book, sources) });
  const [ofToday, month] = await Promise.all([
    sumBook(deps, tenantId, { book: live, fromDay: day, toDay: day, calendar: 'tenant', by: 'none' }),
    readSpend(deps, tenantId, { ...resolved, book, by: 'none', only: {}, sources }),
  ]);
  const today = sumSpend(ofToday);
  return {
    today: { book: live, day, total: today },
    month: { book, ...month },
    limits: {
      daily: standing(live, today.cost, sources.dailyLimit),
      monthly: standing(book, month.total.cost, sources.monthlyLimit),
    },
  };
}

function standing(book: Book, spent: PicoUsd, limit: PicoUsd | null): LimitStanding {
  if (limit === null) return { book, spent, limit, remaining: null, over: null };
  const left = limit - spent;
  return { book, spent, limit, remaining: left > 0n ? left : 0n, over: left < 0n ? -left : 0n };
}
