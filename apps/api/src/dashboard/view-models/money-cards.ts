import type { PicoUsd } from '#core/money.js';
import type { Book } from '#domain/books/book.js';
import { type Balance, isUsedUp } from '#domain/ledger/balance-of.js';
import type { SpendDashboard } from '#domain/spend/read-spend-dashboard.js';
import { asOf, type SpendSources } from '#domain/spend/read-spend-sources.js';
import { knownCost, type SpendSums } from '#domain/spend/spend-sums.js';
import { isAnyKnown } from '#domain/spend/state-of-days.js';
import { daySpan } from '../format/day-span.js';
import { periodBefore } from './period-before.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { timeFormatFor, type TimeView } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { bookWords } from './book-words.js';
import { changeView, type ChangeView } from './change-view.js';
import { links } from './links.js';
import { spendView, unpricedNote } from './spend-view.js';

export interface MoneyInput {
  sources: SpendSources;
  dashboard: SpendDashboard;
  /** Of each organization; null where there are none, or too many to add up on this page. */
  balances: { organizationId: string; organization: string; balance: Balance }[] | null;
}

interface SpendCard {
  amount: MoneyView;
  book: string;
  unpriced: string;
  /** Up to when it is whole; null of what is measured, which is of now. */
  age: TimeView | null;
}

export interface MoneyCards {
  /** `since` is the first day that is in the amount. */
  month: SpendCard & { change: ChangeView | null; periodBefore: string; since: string };
  today: SpendCard;
  balance: BalanceCard | null;
  hrefs: { month: string; today: string; balance: string; prices: string };
}

interface BalanceCard {
  total: MoneyView;
  /** Some of what was spent is missing, of one that is known. */
  isAtMost: boolean;
  note: string;
  /** Up to when all that are known are whole; null where one never was. */
  age: TimeView | null;
  /** One by one, where not all are known. */
  each: { name: string; amount: MoneyView }[];
}

const shownBalances = 4;

/** What an overview says of money, each figure with the book that it is from. */
export function moneyCards({ sources, dashboard, balances }: MoneyInput, now: Date): MoneyCards {
  const { today, month } = dashboard;
  const time = timeFormatFor(sources.zone);
  const ageOf = (book: Book) => {
    const readAt = book === 'measured' ? null : asOf({ clock: { now: () => now } }, book, sources);
    return readAt && time.ago(readAt, now);
  };
  const amount = spendOf(month.book, month.total);
  const isKnown = amount.known && isAnyKnown(month.days);
  const lastDay = month.days.at(-1)?.day ?? '';
  const comparedWith = periodBefore(month.before, month.days, lastDay);
  return {
    month: {
      amount: isKnown ? amount : formatMoney(null, { unknownBecause: 'Nothing of this month is known yet' }),
      book: bookWords[month.book].label.toLowerCase(),
      unpriced: unpricedNote(month.total),
      change: isKnown
        ? changeView(knownCost(month.total), month.before && knownCost(month.before.total), {
            periodBefore: comparedWith,
          })
        : null,
      periodBefore: comparedWith,
      since: sinceOf(month.days, lastDay),
      age: ageOf(month.book),
    },
    today: {
      amount: today.isKnown
        ? spendOf(today.book, today.total)
        : formatMoney(null, { unknownBecause: 'Nothing of today is known yet' }),
      book: bookWords[today.book].label.toLowerCase(),
      unpriced: unpricedNote(today.total),
      age: ageOf(today.book),
    },
    balance: balances && balances.length > 0 ? balanceCard(balances, (at) => time.ago(at, now)) : null,
    hrefs: {
      month: links.spend({ range: 'this-month' }),
      today: links.spend({ range: 'today', book: today.book }),
      balance: links.balance(),
      prices: links.prices(),
    },
  };
}

/** The book may begin, or have been imported, later in the month. */
function sinceOf(days: SpendDashboard['month']['days'], lastDay: string): string {
  const first = days.find(({ isKnown }) => isKnown)?.day;
  if (first === undefined || first === days[0]?.day) return 'the 1st';
  return daySpan({ fromDay: first, toDay: first }, lastDay);
}

function spendOf(book: SpendDashboard['month']['book'], total: SpendSums): MoneyView {
  if (book === 'billed') return formatMoney(total.cost);
  if (book === 'measured') return spendView(total);
  if (total.requests > 0 && total.requests === total.unpricedRequests) return spendView(total);
  return formatMoney(total.cost, { estimatedBecause: 'usage that OpenAI reports, at our prices' });
}

function balanceCard(balances: NonNullable<MoneyInput['balances']>, ago: (at: Date) => TimeView): BalanceCard {
  const known = balances.filter(({ balance: { balance } }) => balance !== null);
  const readAt = known.flatMap(({ balance: { importedAt } }) => importedAt?.getTime() ?? []);
  const isRead = known.length > 0 && readAt.length === known.length;
  const card = {
    isAtMost: known.some(({ balance }) => balance.isAtMost),
    age: isRead ? ago(new Date(Math.min(...readAt))) : null,
  };
  if (known.length < balances.length) {
    return {
      ...card,
      total: formatMoney(null, { unknownBecause: 'Not every organization’s balance was entered' }),
      note: known.length === 0 ? 'Enter what OpenAI shows once' : moreThan(balances.length - shownBalances),
      each: known.length === 0 ? [] : balances.slice(0, shownBalances).map(oneBalance),
    };
  }
  const total = known.reduce((all: PicoUsd, { balance: { balance } }) => all + (balance ?? 0n), 0n);
  return { ...card, total: formatMoney(total, estimateOf(balances)), note: daysLeft(balances), each: [] };
}

const oneBalance = ({ organization, balance }: NonNullable<MoneyInput['balances']>[number]) => ({
  name: organization,
  amount: formatMoney(balance.balance, {
    unknownBecause: 'Nothing was entered yet',
    ...(balance.balance !== null && estimateOf([{ balance }])),
  }),
});

const moreThan = (count: number) => (count > 0 ? `and ${formatCount(count)} more` : '');

const estimateOf = (balances: { balance: Balance }[]) => ({
  estimatedBecause: balances.some(({ balance }) => balance.isAtMost)
    ? 'at most this, as some of what was spent is not known yet'
    : 'what was entered, less what was billed since and what today cost so far',
});

/** Until the first of them is empty. */
function daysLeft(balances: NonNullable<MoneyInput['balances']>): string {
  const ends = balances.flatMap(({ organization, balance }) => {
    if (isUsedUp(balance)) return { organization, days: 0, left: 'nothing left' };
    const days = balance.forecast?.daysToZero.expected ?? null;
    return days === null ? [] : { organization, days, left: inDays(days) };
  });
  const first = ends.toSorted((a, b) => a.days - b.days)[0];
  if (!first) return balances.length === 1 ? '' : `in ${balances.length} organizations`;
  return balances.length === 1 ? first.left : `${first.organization}: ${first.left}`;
}

function inDays(days: number): string {
  if (days < 1) return 'less than a day left';
  const whole = Math.round(days);
  return whole === 1 ? '≈ 1 day left' : `≈ ${formatCount(whole)} days left`;
}
