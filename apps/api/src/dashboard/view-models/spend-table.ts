import type { SpendGroup } from '#domain/spend/read-spend.js';
import { knownCost, type SpendSums } from '#domain/spend/spend-sums.js';
import { topGroups } from '#domain/spend/top-groups.js';
import { type PicoUsd, picoUsdPerUsd } from '#core/money.js';
import { sparkline, type SparklineView } from '../charts/sparkline.js';
import { formatMoney, type MoneyView } from '../format/format-money.js';
import { formatPercent } from '../format/format-percent.js';
import { formatCount, formatTokens, type CountView } from '../format/format-tokens.js';
import { groupWords } from './book-words.js';
import { changeView, type ChangeView } from './change-view.js';
import { columnsOf } from './spend-columns.js';
import type { SpendFigures } from './spend-figures.js';
import { hrefOfGroup, type Narrowing, narrowing, type SpendFilters } from './spend-filters.js';
import { otherColour } from '../charts/series-colours.js';

export interface SpendTableInput extends Pick<SpendFigures, 'spend' | 'book' | 'by' | 'models' | 'activity'> {
  filters: SpendFilters;
  colours: ReadonlyMap<string, string>;
  periodBefore: string;
}

export interface SpendTable {
  head: string;
  hasCounts: boolean;
  /** One day alone has no trend. */
  hasTrend: boolean;
  /** Null where there is no such column. */
  models: { book: string } | null;
  rows: SpendRow[];
  total: Pick<SpendRow, 'cost' | 'average' | 'change' | 'requests' | 'tokens' | 'models'>;
}

export interface SpendRow {
  name: string;
  /** What the name stands for, where it is another. */
  id: string;
  href: string;
  colour: string;
  cost: MoneyView;
  /** For sorting. */
  sort: { cost: string; change: string };
  share: string;
  shareWidth: string;
  average: MoneyView;
  change: ChangeView | null;
  requests: string;
  tokens: CountView;
  models: CountView;
  trend: SparklineView;
}

export const shownGroups = 50;
const trendPoints = 30;

/** The dearest groups, the others as one row, and the total, which is exact. */
export function spendTable(given: SpendTableInput): SpendTable {
  const { spend, book, by, models, activity } = given;
  const knownDays = spend.days.filter(({ isKnown }) => isKnown).length;
  const input = { ...given, knownDays, parts: trendParts(spend) };
  const { top, others } = topGroups(spend, shownGroups);
  const trends = trendsOf(spend.points);
  const rows = top.map((group) => rowOf(group, input, trends));
  return {
    head: groupWords[by].one,
    hasCounts: book !== 'billed',
    hasTrend: spend.days.length > 1,
    models: models && { book: book === 'billed' && activity.traffic ? activity.traffic.book : '' },
    rows: others ? [...rows, othersRow(others, input)] : rows,
    total: {
      ...figuresOf(spend.total, input),
      models: countOf(activity.models),
      change: changeView(knownCost(spend.total), spend.before && knownCost(spend.before.total), input),
    },
  };
}

type TableInput = SpendTableInput & { knownDays: number; parts: readonly TrendPart[] };

/** Costs per group and day. */
type Trends = ReadonlyMap<string | null, ReadonlyMap<string, PicoUsd>>;

function trendsOf(points: SpendTableInput['spend']['points']): Trends {
  const trends = new Map<string | null, Map<string, PicoUsd>>();
  for (const { group, day, cost } of points) {
    const known = trends.get(group);
    if (known) known.set(day, cost);
    else trends.set(group, new Map([[day, cost]]));
  }
  return trends;
}

function rowOf(sums: SpendGroup, input: TableInput, trends: Trends): SpendRow {
  const { group, groupName, before } = sums;
  const { book, by, filters, colours } = input;
  const canNarrow = (narrowing as readonly string[]).includes(by);
  const cost = knownCost(sums);
  return {
    name: groupName ?? group ?? groupWords[by].none,
    id: group !== null && groupName !== group ? group : '',
    href: canNarrow ? hrefOfGroup(filters, { book, by: by as Narrowing, group }) : '',
    colour: colours.get(group ?? '') ?? otherColour,
    ...figuresOf(sums, input),
    models: modelsOf(group, input),
    sort: {
      cost: String(cost === null ? -1 : Number(cost)),
      change: String(before === null || cost === null ? 0 : Number(cost - before.cost)),
    },
    ...shareOf(sums, input),
    change: changeView(cost, before && knownCost(before), input),
    trend: trendOf(group, input, trends),
  };
}

function othersRow(others: SpendSums & { count: number }, input: TableInput): SpendRow {
  return {
    name: `${formatCount(others.count)} other ${groupWords[input.by].many}`,
    id: '',
    href: '',
    colour: otherColour,
    ...figuresOf(others, input),
    models: { text: '–', title: 'Not counted of several projects together' },
    sort: { cost: '-2', change: '0' },
    ...shareOf(others, input),
    change: null,
    trend: sparkline([], 96, 24),
  };
}

function figuresOf(sums: SpendSums, { knownDays }: TableInput) {
  const cost = knownCost(sums);
  const because = { unknownBecause: 'Nothing of it has a price' };
  return {
    cost: formatMoney(cost, { ...because, ...estimateOf(sums) }),
    average: formatMoney(cost === null || knownDays === 0 ? null : cost / BigInt(knownDays), because),
    requests: formatCount(sums.requests),
    tokens: formatTokens(sums.inputTokens + sums.outputTokens),
  };
}

function modelsOf(group: string | null, { models }: SpendTableInput): CountView {
  const count = models?.get(group);
  return count === undefined ? { text: '–', title: 'No usage of it names a model' } : countOf(count);
}

const countOf = (count: number): CountView => ({ text: formatCount(count), title: '' });

export function estimateOf({ estimatedRequests }: SpendSums): { estimatedBecause?: string } {
  if (estimatedRequests === 0) return {};
  const requests = estimatedRequests === 1 ? '1 request' : `${formatCount(estimatedRequests)} requests`;
  return { estimatedBecause: `${requests} priced by estimate` };
}

function shareOf({ cost }: SpendSums, { spend }: SpendTableInput) {
  const ratio = spend.total.cost > 0n && cost >= 0n ? Number(cost) / Number(spend.total.cost) : null;
  return { share: formatPercent(ratio), shareWidth: `${Math.min(100, (ratio ?? 0) * 100).toFixed(1)}%` };
}

interface TrendPart {
  days: string[];
  /** How many of them the book covers. */
  known: number;
}

/** At most thirty stretches of days, of as many columns of the chart each as that takes. */
function trendParts({ days }: SpendTableInput['spend']): TrendPart[] {
  const columns = columnsOf(days);
  const step = Math.ceil(columns.length / trendPoints);
  return Array.from({ length: Math.ceil(columns.length / step) }, (_, index) => {
    const part = columns.slice(index * step, (index + 1) * step).flat();
    return { days: part.map(({ day }) => day), known: part.filter(({ isKnown }) => isKnown).length };
  });
}

/** The cost of a day in each stretch; one of which no day is known is a gap. */
function trendOf(group: string | null, { parts }: TableInput, trends: Trends): SparklineView {
  const costs = trends.get(group);
  if (!costs) return sparkline([], 96, 24);
  const values = parts.map(({ days, known }) => {
    // Those of a week stand at its first day, known or not.
    const sum = days.reduce((all, day) => all + (costs.get(day) ?? 0n), 0n);
    return known === 0 ? null : Math.max(0, Number(sum)) / known / Number(picoUsdPerUsd);
  });
  return sparkline(values.length > 1 ? values : [], 96, 24);
}
