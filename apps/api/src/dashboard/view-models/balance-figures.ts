import type { PicoUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import { type Balance, isUsedUp } from '#domain/ledger/balance-of.js';
import type { BurnRate } from '#domain/ledger/burn-rate.js';
import { addDays } from '#domain/spend/local-days.js';
import { mostSpendDays } from '#domain/spend/spend-range.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { formatDay, formatDayLong, type TimeFormat, type TimeView } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { signedMoney } from '../format/signed-money.js';
import { links } from './links.js';

/** The one number, how it is made, and how long it lasts. */
export interface BalanceFigures {
  isKnown: boolean;
  balance: MoneyView;
  isNegative: boolean;
  importedAt: TimeView | null;
  /** Why it may be less. */
  warnings: string[];
  /** `href`: what made the amount; empty for what was typed. */
  parts: { label: string; when: TimeView | null; hint: string; amount: MoneyView; href: string }[];
  days: { text: string; title: string; note: string };
  burn: { label: string; hint: string; amount: MoneyView; href: string }[];
}

const estimate = { estimatedBecause: 'today and days that OpenAI has not billed for good are estimated' };

export function balanceFigures(
  balance: Balance,
  { organizationId, time, now }: { organizationId: string; time: TimeFormat; now: Date },
): BalanceFigures {
  const today = utcDay(now);
  const spendOf = (book: 'billed' | 'reported', from: string, to = today) => {
    const earliest = addDays(to, 1 - mostSpendDays);
    const range = { range: 'custom', from: from < earliest ? earliest : from, to };
    return links.spend({ book, calendar: 'utc', organization: organizationId, ...range });
  };
  const comparedFrom = (from: string) => links.reconciliation({ organization: organizationId, from, to: today });
  return {
    isKnown: balance.balance !== null,
    balance: formatMoney(balance.balance, { ...estimate, unknownBecause: 'Nothing was entered yet' }),
    isNegative: (balance.balance ?? 0n) < 0n,
    importedAt: balance.importedAt && time.ago(balance.importedAt, now),
    warnings: balance.balance === null ? [] : warningsOf(balance),
    parts: partsOf(balance, { time, now, spendOf, comparedFrom }),
    days: daysOf(balance),
    burn: burnRatesOf(balance).map((rate) => burnOf(rate, spendOf, today)),
  };
}

function warningsOf({ reasons, unpricedRequests, lastSync }: Balance): string[] {
  const warnings: string[] = [];
  if (reasons.includes('unpriced-requests')) {
    const missing =
      unpricedRequests === 1
        ? '1 request has no price, so what it cost'
        : `${formatCount(unpricedRequests)} requests have no price, so what they cost`;
    warnings.push(`At most: ${missing} is missing.`);
  }
  if (reasons.includes('not-imported-lately')) {
    warnings.push('At most: the last import is more than an hour old, and what was spent since is missing.');
  }
  if (lastSync === null) warnings.push('Counted from the first deposit, as if nothing had been left before it.');
  return warnings;
}

type SpendOf = (book: 'billed' | 'reported', from: string, to?: string) => string;

interface PartsContext {
  time: TimeFormat;
  now: Date;
  spendOf: SpendOf;
  /** To where bill and usage stand side by side, by the day. */
  comparedFrom: (from: string) => string;
}

/** Where the entries stand, on the same page. */
const entries = '#ledger';

function partsOf(
  { lastSync, since, estimatedFromDay, history }: Balance,
  { time, now, spendOf, comparedFrom }: PartsContext,
): BalanceFigures['parts'] {
  if (since === null) return [];
  const part = (label: string, amount: PicoUsd, { href, hint = '' }: { href: string; hint?: string }) => ({
    label,
    when: null,
    hint,
    amount: signedMoney(amount),
    href,
  });
  const opened = lastSync ? utcDay(lastSync.at) : history[0]?.day;
  // Days before the credit is counted from are in no sum here, settled or not.
  const estimatedFrom = opened !== undefined && opened > estimatedFromDay ? opened : estimatedFromDay;
  const isToday = estimatedFrom === utcDay(now);
  const isAfterSync = lastSync !== null && opened === estimatedFrom;
  const estimated = part(isToday ? 'Estimated today' : 'Estimated', -since.estimated, {
    hint: isToday
      ? `by usage${isAfterSync ? ' since then' : ''}; UTC`
      : `since ${formatDay(estimatedFrom)}: usage beyond the bill, which is not settled`,
    href: comparedFrom(estimatedFrom),
  });
  return [
    ...(lastSync
      ? [
          {
            label: 'OpenAI showed',
            when: time.ago(lastSync.at, now),
            hint: '',
            amount: formatMoney(lastSync.stated),
            href: '',
          },
        ]
      : []),
    ...(lastSync === null || since.deposits !== 0n ? [part('Deposits', since.deposits, { href: entries })] : []),
    ...(since.corrections === 0n ? [] : [part('Corrections', since.corrections, { href: entries })]),
    ...(since.expired === 0n ? [] : [part('Expired', -since.expired, { href: entries })]),
    part('Billed since', -since.billed, {
      hint: lastSync ? `without what ${formatDay(utcDay(lastSync.at))} had cost before` : '',
      href: opened === undefined ? '' : spendOf('billed', opened),
    }),
    { ...estimated, amount: since.estimated === 0n ? estimated.amount : markEstimated(estimated.amount) },
  ];
}

function markEstimated(view: MoneyView): MoneyView {
  return { ...view, text: `≈ ${view.text}`, title: `${view.title}, an estimate` };
}

function daysOf(balance: Balance): BalanceFigures['days'] {
  const { forecast, reasons } = balance;
  if (isUsedUp(balance)) {
    return { text: 'Nothing left', title: '', note: 'Requests fail until credit is added at OpenAI.' };
  }
  if (forecast === null) {
    const note = reasons.includes('nothing-entered')
      ? 'Known once the balance is.'
      : reasons.includes('no-spend')
        ? 'Nothing is being spent.'
        : 'Known after three days of bills.';
    return { text: '–', title: note, note };
  }
  const { low, expected, high } = forecast.daysToZero;
  const last = forecast.zeroOn.expected;
  const notes = [low === null ? '' : rangeOf(low, high), last === null ? '' : `until about ${formatDayLong(last)}`];
  return {
    text: expected === null ? 'More than a year' : `≈ ${inDays(expected)}`,
    title: 'Four times out of five it falls into the range',
    note: notes.filter((text) => text !== '').join(', '),
  };
}

function inDays(days: number): string {
  if (days < 1) return 'less than a day';
  const whole = Math.round(days);
  return whole === 1 ? '1 day' : `${formatCount(whole)} days`;
}

function rangeOf(low: number, high: number | null): string {
  const [from, to] = [Math.round(low), high === null ? null : Math.round(high)];
  if (to === null) return `${from} days to more than a year`;
  return from === to ? '' : `${from} to ${inDays(Math.max(1, to))}`;
}

/** While no more than a week is known, both are of the same days. */
function burnRatesOf({ burnRate7, burnRate30 }: Balance): BurnRate[] {
  return [burnRate7, burnRate30?.days === burnRate7?.days ? null : burnRate30].filter((rate) => rate !== null);
}

function burnOf(rate: BurnRate, spendOf: SpendOf, today: string): BalanceFigures['burn'][number] {
  const { perDay, days, estimatedDays } = rate;
  const what = estimatedDays === 0 ? 'Billed' : 'Cost';
  const amount = formatMoney(perDay);
  return {
    label: days === 1 ? `${what} yesterday` : `${what} a day, last ${days} days`,
    hint: estimatedHint(rate),
    amount: estimatedDays === 0 ? amount : markEstimated(amount),
    href: spendOf(estimatedDays === days ? 'reported' : 'billed', addDays(today, -days), addDays(today, -1)),
  };
}

function estimatedHint({ days, estimatedDays }: BurnRate): string {
  if (estimatedDays === 0) return '';
  if (estimatedDays === days) return 'estimated by usage: no bill is settled';
  const some = estimatedDays === 1 ? '1 day is' : `${formatCount(estimatedDays)} days are`;
  return `${some} estimated by usage: the bill is not settled`;
}
