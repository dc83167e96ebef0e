import { type PicoUsd, picoUsdPerUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import { type Balance, isUsedUp, type LedgerSync } from '#domain/ledger/balance-of.js';
import type { ListedLedgerEntry } from '#domain/ledger/list-ledger.js';
import { balanceChart, type BalanceChartView, type BalancePoint } from '../charts/balance-chart.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { formatDay, formatDayShort, timeFormatFor, type TimeFormat, type TimeView } from '../format/format-time.js';
import { signedMoney } from '../format/signed-money.js';
import { balanceFigures, type BalanceFigures } from './balance-figures.js';
import { balanceFormsView, type BalanceFormsInput, type BalanceFormsView } from './balance-forms.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import type { Pagination } from './keys-page.js';
import { type LedgerLine, ledgerLines } from './ledger-line.js';
import { links } from './links.js';

export interface BalancePageInput {
  frame: FrameInput;
  /** Of the tenant, bounded by the caller. */
  organizations: readonly { id: string; name: string }[];
  /** The one that is shown, with its figures; null when there is none. */
  shown: {
    organization: { id: string; name: string };
    balance: Balance;
    entries: readonly ListedLedgerEntry[];
    cursor: string | null;
    nextCursor: string | null;
    forms: BalanceFormsInput;
  } | null;
}

export interface BalancePage {
  frame: Frame;
  tabs: { label: string; href: string; isCurrent: boolean }[];
  hrefs: { newKey: string };
  shown: {
    name: string;
    figures: BalanceFigures;
    forms: BalanceFormsView;
    /** Null while there is too little to draw. */
    chart: BalanceChartView | null;
    lines: LedgerLine[];
    pagination: Pagination;
    /** Empty while there was but the first, which had nothing to differ from. */
    syncs: SyncLine[];
    hrefs: { csv: string };
  } | null;
}

interface SyncLine {
  time: TimeView;
  at: string;
  stated: MoneyView;
  computed: MoneyView;
  difference: MoneyView;
  explained: MoneyView;
  unexplained: MoneyView;
  reason: string;
  isUndone: boolean;
}

const pastDays = 60;
const fewestFutureDays = 7;
const mostFutureDays = 45;
const shownSyncs = 10;

export function balancePage({ frame, organizations, shown }: BalancePageInput): BalancePage {
  const isCurrent = ({ id }: { id: string }) => id === shown?.organization.id;
  const built = buildFrame(frame, { section: 'balance', title: 'Balance' });
  return {
    frame: built,
    tabs:
      organizations.length < 2
        ? []
        : organizations.map((one) => ({
            label: one.name,
            href: links.balance({ organization: one.id }),
            isCurrent: isCurrent(one),
          })),
    hrefs: { newKey: links.newAdminKey() },
    shown: shown && shownView(shown, frame, built.can.manage),
  };
}

function shownView(
  { organization, balance, entries, cursor, nextCursor, forms }: NonNullable<BalancePageInput['shown']>,
  { tenant, now, viewer: { name } }: FrameInput,
  mayUndo: boolean,
): BalancePage['shown'] {
  const time = timeFormatFor(tenant.reportingTimeZone);
  const totals = new Map(balance.history.map(({ day, total }) => [day, total]));
  const page = { organization: organization.id };
  const viewer = { mayUndo, isPublic: name === null };
  return {
    name: organization.name,
    figures: balanceFigures(balance, { organizationId: organization.id, time, now }),
    forms: balanceFormsView(forms, { organizationId: organization.id, today: utcDay(now) }),
    chart: chartOf(balance),
    lines: ledgerLines(entries, { time, now, totals, viewer }),
    pagination: {
      nextHref: nextCursor === null ? null : links.balance({ ...page, cursor: nextCursor }),
      nextLabel: 'Older entries',
      firstHref: cursor === null ? null : links.balance(page),
      firstLabel: 'Newest',
    },
    syncs: driftOf(balance.syncs)
      .map((sync) => syncLine(sync, time, now))
      .map((line) => (viewer.isPublic ? { ...line, reason: '' } : line)),
    hrefs: { csv: links.balanceCsv(organization.id) },
  };
}

function chartOf({ balance, history, forecast }: Balance): BalanceChartView | null {
  const past = history.slice(-pastDays);
  const today = past.at(-1);
  if (balance === null || today === undefined) return null;
  // Of credit that is used up there is nothing to expect: the path of a forecast never goes below zero, and would rise to it.
  const coming = isUsedUp({ balance }) ? null : forecast;
  const future = (coming?.path ?? []).slice(1);
  const untilZero = future.findIndex(({ high }) => high === 0n) + 1;
  const count = Math.min(mostFutureDays, Math.max(fewestFutureDays, untilZero === 0 ? mostFutureDays : untilZero + 1));
  if (past.length + future.length < 2) return null;
  const points: BalancePoint[] = [
    ...past.map(({ day, total }) => pastPoint(day, total, { isToday: day === today.day, isForecast: coming !== null })),
    ...future.slice(0, count).map((guess) => ({
      ...labelsOf(guess.day),
      value: null,
      guess: { low: usd(guess.low), expected: usd(guess.expected), high: usd(guess.high) },
      isToday: false,
      text: `≈ ${formatMoney(guess.expected).text}`,
      lowText: formatMoney(guess.low).text,
      highText: formatMoney(guess.high).text,
    })),
  ];
  const end = coming?.zeroOn.expected;
  return balanceChart({
    id: 'balance-chart',
    title: 'Balance per day, with its forecast',
    description: `${formatMoney(balance).text} now${end == null ? '' : `, used up about ${formatDay(end)}`}.`,
    axisUnit: 'USD',
    points,
  });
}

function pastPoint(
  day: string,
  total: PicoUsd,
  { isToday, isForecast }: { isToday: boolean; isForecast: boolean },
): BalancePoint {
  const value = usd(total);
  const { label, axisLabel } = labelsOf(day);
  return {
    label: isToday ? `${label}, now` : label,
    axisLabel: isToday ? 'today' : axisLabel,
    value,
    // The forecast begins where the past ends.
    guess: isToday && isForecast ? { low: value, expected: value, high: value } : null,
    isToday,
    text: `${isToday ? '≈ ' : ''}${formatMoney(total).text}`,
    lowText: '',
    highText: '',
  };
}

function labelsOf(day: string): Pick<BalancePoint, 'label' | 'axisLabel'> {
  return { label: formatDay(day), axisLabel: formatDayShort(day) };
}

function usd(amount: PicoUsd): number {
  return Number(amount) / Number(picoUsdPerUsd);
}

/** The first truth of a ledger says nothing of how far it was off. */
function driftOf(syncs: readonly LedgerSync[]): readonly LedgerSync[] {
  return syncs.some(({ drift }) => drift !== null) ? syncs.slice(0, shownSyncs) : [];
}

function syncLine({ entry, drift, isUndone }: LedgerSync, time: TimeFormat, now: Date): SyncLine {
  const signed = (amount: PicoUsd | undefined) =>
    signedMoney(amount ?? null, { unknownBecause: 'There was nothing to compare with' });
  return {
    time: time.ago(entry.at, now),
    at: time.dated(entry.at, now),
    stated: formatMoney(entry.stated),
    computed: formatMoney(entry.computed, { unknownBecause: 'There was no balance before' }),
    difference: signed(drift?.difference),
    explained: signed(drift?.explained),
    unexplained: signed(drift?.unexplained),
    reason: entry.reason,
    isUndone,
  };
}
