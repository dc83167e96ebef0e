import { addDays } from '#domain/spend/local-days.js';
import type { Spend } from '#domain/spend/read-spend.js';
import type { SpendSums } from '#domain/spend/spend-sums.js';
import type { UsageRow } from '#domain/usage/usage-row.js';
import { totalCachedInputTokens, totalInputTokens, totalOutputTokens } from '#pricing/usage.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { timeFormatFor, type TimeFormat, type TimeView } from '../format/format-time.js';
import { formatCount, formatTokens, type CountView } from '../format/format-tokens.js';
import { calendarChip } from './calendar-chip.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import type { Pagination } from './keys-page.js';
import { links, type UsageFilters } from './links.js';
import { spendChart, type SpendChart } from './spend-chart.js';
import { spendView, unpricedNote } from './spend-view.js';
import { splitForChart } from './split-for-chart.js';

export interface UsagePageInput {
  frame: FrameInput;
  filters: UsageFilters;
  /** What can be chosen, bounded by the caller. */
  choices: { keys: { id: string; label: string }[]; sources: string[]; models: string[]; tiers: string[] };
  /** Faults of the filters by field, such as an end before the start. */
  errors: Partial<Record<keyof UsageFilters, string>>;
  rows: UsageRow[];
  totals: SpendSums;
  /** Of the days that are drawn, by model; null where nothing was looked up. */
  spend: Spend | null;
  /** False when the view holds more days than the chart draws. */
  isWholeView: boolean;
  today: string;
  cursor: string | null;
  nextCursor: string | null;
}

interface Option {
  value: string;
  label: string;
  isSelected: boolean;
}

export interface UsagePage {
  frame: Frame;
  filters: UsageFilters;
  isFiltered: boolean;
  error: string;
  options: Record<'keys' | 'sources' | 'models' | 'tiers', Option[]>;
  chips: ReturnType<typeof calendarChip>;
  ranges: { label: string; href: string; isCurrent: boolean }[];
  totals: {
    cost: MoneyView;
    records: string;
    requests: string;
    input: CountView;
    cached: CountView;
    output: CountView;
    outputNote: string;
    costNote: string;
  };
  spend: SpendChart;
  chartSpan: string;
  rows: UsageLine[];
  isEmpty: boolean;
  pagination: Pagination;
  hrefs: { usage: string; csv: string };
}

export interface UsageLine {
  time: TimeView;
  at: string;
  keyLabel: string;
  source: string;
  model: string;
  tier: string;
  input: CountView;
  cached: CountView;
  output: CountView;
  cost: MoneyView;
}

export function usagePage(input: UsagePageInput): UsagePage {
  const { filters, choices, cursor, nextCursor } = input;
  const time = timeFormatFor(input.frame.tenant.reportingTimeZone);
  return {
    frame: buildFrame(input.frame, { section: 'usage', title: 'Usage' }),
    filters,
    isFiltered: Object.values(filters).some((value) => value !== ''),
    error: Object.values(input.errors).join(' '),
    options: {
      keys: optionsOf(
        'All keys',
        choices.keys.map(({ id, label }) => [id, label]),
        filters.key,
      ),
      sources: optionsOf(
        'All sources',
        choices.sources.map((name) => [name, name]),
        filters.source,
      ),
      models: optionsOf(
        'All models',
        choices.models.map((name) => [name, name]),
        filters.model,
      ),
      tiers: optionsOf(
        'All tiers',
        choices.tiers.map((name) => [name, name]),
        filters.tier,
      ),
    },
    chips: calendarChip(filters, {
      zone: input.frame.tenant.reportingTimeZone,
      href: links.usage({ ...filters, calendar: '' }),
    }),
    ranges: rangesOf(input),
    totals: totalsOf(input.totals),
    spend: chartOf(input),
    chartSpan: input.isWholeView || !input.spend ? 'this view' : `last ${input.spend.days.length} days of this view`,
    rows: input.rows.map((row) => rowOf(row, time, input.frame.now)),
    isEmpty: input.rows.length === 0,
    pagination: {
      nextHref: nextCursor === null ? null : links.usage({ ...filters, cursor: nextCursor }),
      nextLabel: 'Older records',
      firstHref: cursor === null ? null : links.usage(filters),
      firstLabel: 'Newest',
    },
    hrefs: { usage: links.usage(), csv: links.usageCsv(filters) },
  };
}

function chartOf({ spend, today }: UsagePageInput): SpendChart {
  const drawn = spend ? { days: spend.days, ...splitForChart(spend) } : { days: [], points: [] };
  return spendChart({ id: 'usage-spend', title: 'Spend per day, by model', today, ...drawn });
}

function optionsOf(all: string, choices: [value: string, label: string][], selected: string): Option[] {
  return [['', all], ...choices].map(([value = '', label = '']) => ({ value, label, isSelected: value === selected }));
}

function rangesOf({ filters, today }: UsagePageInput): UsagePage['ranges'] {
  const ranges = [
    { label: 'Today', from: today },
    { label: '7 days', from: addDays(today, -6) },
    { label: '30 days', from: addDays(today, -29) },
    { label: 'This month', from: `${today.slice(0, 8)}01` },
  ];
  return ranges.map(({ label, from }) => ({
    label,
    href: links.usage({ ...filters, from, to: today }),
    isCurrent: filters.from === from && filters.to === today,
  }));
}

function totalsOf(totals: SpendSums): UsagePage['totals'] {
  const { requests, estimatedRequests } = totals;
  const exactness = estimatedRequests > 0 ? `${formatCount(estimatedRequests)} estimated` : 'all priced exactly';
  const outputPerRequest = formatTokens(requests === 0 ? null : Math.round(totals.outputTokens / requests));
  return {
    cost: spendView(totals),
    costNote: requests === 0 ? 'nothing in this view' : unpricedNote(totals) || exactness,
    records: totals.records === 1 ? '1 record' : `${formatCount(totals.records)} records`,
    requests: formatCount(requests),
    input: formatTokens(totals.inputTokens),
    cached: formatTokens(totals.inputCachedTokens),
    output: formatTokens(totals.outputTokens),
    outputNote: requests === 0 ? '' : `${outputPerRequest.text} a request`,
  };
}

function rowOf(row: UsageRow, time: TimeFormat, now: Date): UsageLine {
  const estimate =
    row.costBasis === 'estimated' ? { estimatedBecause: row.costReason ?? 'no price for exactly this' } : {};
  return {
    time: time.ago(row.occurredAt, now),
    at: time.dated(row.occurredAt, now),
    keyLabel: row.keyLabel ?? 'no stored key',
    source: row.source,
    model: row.model,
    tier: row.serviceTier === 'default' ? '' : row.serviceTier,
    input: formatTokens(totalInputTokens(row)),
    cached: formatTokens(totalCachedInputTokens(row)),
    output: formatTokens(totalOutputTokens(row)),
    cost: formatMoney(row.cost, { unknownBecause: 'This model has no price yet', ...estimate }),
  };
}
