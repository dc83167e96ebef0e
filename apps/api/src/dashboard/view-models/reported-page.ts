import type { ReportedRow } from '#domain/reported-usage/reported-row.js';
import type { ReportedTotals } from '#domain/reported-usage/list-reported-usage.js';
import { addDays } from '#domain/spend/local-days.js';
import { totalCachedInputTokens, totalInputTokens, totalOutputTokens } from '#pricing/usage.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { formatDay, formatDayLong, timeFormatFor, type TimeFormat, type TimeView } from '../format/format-time.js';
import { formatCount, formatTokens, type CountView } from '../format/format-tokens.js';
import { groupWords } from './book-words.js';
import { calendarChip } from './calendar-chip.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import type { Pagination } from './keys-page.js';
import { links } from './links.js';
import { type Narrowing, narrowing, noneValue } from './spend-filters.js';

/** What an address of this page says beside the place in the list; empty for nothing. */
export type ReportedFilters = Record<Narrowing | 'calendar' | 'day', string>;

export interface ReportedPageInput {
  frame: FrameInput;
  filters: ReportedFilters;
  /** Sentences; with any, there are no rows. */
  errors: string[];
  /** `YYYY-MM-DD`, as is `today`. */
  day: string;
  today: string;
  found: { items: ReportedRow[]; next: string | null; totals: ReportedTotals } | null;
  /** Of the project and key that the rows are narrowed to. */
  names: { project: string | null; key: string | null } | null;
  cursor: string | null;
}

export interface ReportedPage {
  frame: Frame;
  error: string;
  dayText: string;
  form: { action: string; day: string; kept: { name: string; value: string }[] };
  steps: { label: string; href: string }[];
  chips: { label: string; name: string; title: string; href: string }[];
  hrefs: { spend: string };
  view: ReportedView | null;
}

interface ReportedView {
  isEmpty: boolean;
  rows: ReportedLine[];
  total: Figures & { rows: string; unpriced: string };
  pagination: Pagination;
}

interface Figures {
  requests: string;
  input: CountView;
  cached: CountView;
  output: CountView;
  cost: MoneyView;
}

interface ReportedLine extends Figures {
  at: string;
  time: TimeView;
  isDay: boolean;
  key: { name: string; title: string };
  project: { name: string; title: string };
  model: string;
  about: string;
  /** What is counted instead of tokens; else empty. */
  quantity: string;
  priceVersion: string;
}

/** The rows behind a day of the reported book. */
export function reportedPage(input: ReportedPageInput): ReportedPage {
  const { frame, filters, day, today, errors } = input;
  const asked = (['calendar', ...narrowing] as const).filter((name) => filters[name] !== '');
  const kept = asked.map((name) => ({ name, value: filters[name] }));
  const narrowed = Object.fromEntries(kept.map(({ name, value }) => [name, value]));
  return {
    frame: buildFrame(frame, { section: 'spend', title: 'Reported rows' }),
    error: errors.join(' '),
    dayText: formatDayLong(day),
    form: { action: links.reported(), day, kept },
    steps: [addDays(day, -1), addDays(day, 1)]
      .filter((other) => other <= today)
      .map((other) => ({
        label: other < day ? `← ${formatDay(other)}` : `${formatDay(other)} →`,
        href: links.reported({ ...narrowed, day: other }),
      })),
    chips: [
      ...calendarChip(filters, {
        zone: frame.tenant.reportingTimeZone,
        href: links.reported({ ...narrowed, calendar: '', day }),
      }),
      ...narrowing
        .filter((name) => filters[name] !== '')
        .map((name) => ({
          label: groupWords[name].one,
          name: filters[name] === noneValue ? 'none' : (nameOf(name, input) ?? filters[name]),
          title: filters[name],
          href: links.reported({ ...narrowed, [name]: '', day }),
        })),
    ],
    hrefs: { spend: links.spend({ ...narrowed, book: 'reported', range: 'custom', from: day, to: day }) },
    view: input.found && viewOf(input.found, input),
  };
}

function nameOf(name: Narrowing, { names }: ReportedPageInput): string | null {
  return name === 'project' || name === 'key' ? (names?.[name] ?? null) : null;
}

function viewOf(
  { items, next, totals }: NonNullable<ReportedPageInput['found']>,
  { frame, filters, cursor, day }: ReportedPageInput,
): ReportedView {
  const time = timeFormatFor(frame.tenant.reportingTimeZone);
  const page = { ...filters, day };
  return {
    isEmpty: items.length === 0,
    rows: items.map((row) => lineOf(row, time, frame.now)),
    total: {
      rows: totals.records === 1 ? '1 row' : `${formatCount(totals.records)} rows`,
      unpriced: totals.unpricedRequests === 0 ? '' : `${formatCount(totals.unpricedRequests)} requests without a price`,
      requests: formatCount(totals.requests),
      input: formatTokens(totals.inputTokens),
      cached: formatTokens(totals.inputCachedTokens),
      output: formatTokens(totals.outputTokens),
      cost: formatMoney(totals.cost, {
        unknownBecause: 'Nothing of it has a price',
        ...(totals.estimatedRequests > 0 && {
          estimatedBecause: `${formatCount(totals.estimatedRequests)} requests priced by estimate`,
        }),
      }),
    },
    pagination: {
      nextHref: next === null ? null : links.reported({ ...page, cursor: next }),
      nextLabel: 'Earlier rows',
      firstHref: cursor === null ? null : links.reported(page),
      firstLabel: 'Latest',
    },
  };
}

function lineOf(row: ReportedRow, time: TimeFormat, now: Date): ReportedLine {
  const isCounted = row.quantity !== null;
  const tokens = (count: number) =>
    isCounted ? { text: '–', title: `Counted by the ${row.unit}` } : formatTokens(count);
  return {
    at: time.short(row.bucketAt),
    time: time.ago(row.bucketAt, now),
    isDay: row.bucketSecs === 86_400,
    key: { name: row.keyName ?? row.keyId ?? 'No key', title: row.keyId ?? '' },
    project: { name: row.projectName ?? row.projectId ?? 'No project', title: row.projectId ?? '' },
    model: row.model ?? row.kind,
    about: [row.model === null ? null : row.kind, tierOf(row), row.detail, row.userId]
      .filter((part) => part !== null)
      .join(' · '),
    requests: formatCount(row.requests),
    quantity: row.quantity === null ? '' : `${formatCount(row.quantity)} × ${row.unit}`,
    input: tokens(totalInputTokens(row)),
    cached: tokens(totalCachedInputTokens(row)),
    output: tokens(totalOutputTokens(row)),
    cost: formatMoney(row.cost, {
      unknownBecause: row.costReason ?? 'It has no price',
      ...(row.costBasis === 'estimated' && { estimatedBecause: row.costReason ?? 'no price for exactly this' }),
    }),
    priceVersion: row.priceVersion,
  };
}

function tierOf({ serviceTier }: ReportedRow): string | null {
  return serviceTier === null || serviceTier === 'default' ? null : `${serviceTier} tier`;
}
