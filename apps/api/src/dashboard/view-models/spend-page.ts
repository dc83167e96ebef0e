import type { Book } from '#domain/books/book.js';
import { addDays, countDays } from '#domain/spend/local-days.js';
import { spendGroups } from '#domain/spend/spend-groups.js';
import type { SpendRange } from '#domain/spend/spend-range.js';
import { isAnyKnown } from '#domain/spend/state-of-days.js';
import { formatDay, timeFormatFor, type TimeView } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';
import { daySpan } from '../format/day-span.js';
import { periodBefore } from './period-before.js';
import { bookWords, groupWords } from './book-words.js';
import { calendarChip } from './calendar-chip.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import { links } from './links.js';
import { missingOrganizations } from './missing-organizations.js';
import { spendCards, type SpendCards } from './spend-cards.js';
import type { SpendChart } from './spend-chart.js';
import { spendColumns } from './spend-columns.js';
import type { SpendFigures } from './spend-figures.js';
import { hrefOfBook, narrowing, noneValue, spendHref, type SpendFilters } from './spend-filters.js';
import { rowsBehind } from './rows-behind.js';
import { type RefusedLimits, spendLimitsView, type SpendLimitsView } from './spend-limits.js';
import { spendTable, type SpendTable } from './spend-table.js';

export interface SpendPageInput {
  frame: FrameInput;
  filters: SpendFilters;
  /** Sentences; with any, there are no figures. */
  errors: string[];
  figures: SpendFigures | null;
  /** The form of limits as it was sent, where that was refused. */
  limits: RefusedLimits | null;
}

interface Choice {
  label: string;
  href: string;
  title: string;
  isCurrent: boolean;
}

export interface SpendPage {
  frame: Frame;
  error: string;
  ranges: Choice[];
  custom: { action: string; from: string; to: string; kept: { name: string; value: string }[] };
  books: Choice[];
  groups: Choice[];
  chips: { label: string; name: string; title: string; href: string }[];
  /** What made the figures; null where it cannot be shown at once. */
  rows: { label: string; href: string } | null;
  hrefs: { spend: string; csv: string; prices: string; organizations: string; newKey: string; limits: string };
  view: SpendView | null;
}

export interface SpendView extends SpendCards {
  span: string;
  bookText: string;
  zoneNote: string;
  /** The same by days of UTC; empty where these are. */
  utcHref: string;
  asOf: TimeView | null;
  /** Whose figures are not among these, or not all of them; empty: nobody's. */
  missing: string;
  isEmpty: boolean;
  emptyText: string;
  hint: boolean;
  unpriced: string;
  estimated: string;
  by: string;
  chartTitle: string;
  chart: SpendChart;
  /** Of one day alone, which has no chart. */
  isOneDay: boolean;
  steps: { label: string; href: string }[];
  /** Another book that may have what this one has not yet. */
  sooner: { title: string; text: string; href: string; action: string } | null;
  table: SpendTable;
  limits: SpendLimitsView;
}

const rangeWords: [SpendRange, string][] = [
  ['today', 'Today'],
  ['yesterday', 'Yesterday'],
  ['last-7-days', '7 days'],
  ['last-30-days', '30 days'],
  ['this-month', 'This month'],
  ['last-month', 'Last month'],
];

export function spendPage({ frame, filters, errors, figures, limits }: SpendPageInput): SpendPage {
  const shown = { ...filters, book: figures?.book ?? filters.book, by: figures?.by ?? filters.by };
  const { from: _from, to: _to, range: _range, ...kept } = filters;
  return {
    frame: buildFrame(frame, { section: 'spend', title: 'Spend' }),
    error: errors.join(' '),
    ranges: rangeWords.map(([range, label]) => ({
      label,
      href: spendHref(filters, { range, from: '', to: '' }),
      title: '',
      isCurrent: figures?.range === range,
    })),
    custom: {
      action: links.spend(),
      from: figures?.head.from ?? filters.from,
      to: figures?.head.to ?? filters.to,
      kept: Object.entries(kept)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => ({ name, value })),
    },
    books: figures ? booksOf(figures, filters) : [],
    groups: figures ? groupsOf(figures, shown) : [],
    chips: [
      ...calendarChip(filters, { zone: frame.tenant.reportingTimeZone, href: spendHref(filters, { calendar: '' }) }),
      ...chipsOf(figures, filters),
    ],
    rows: figures && rowsBehind(figures, filters),
    hrefs: {
      spend: links.spend(),
      csv: links.spendCsv(filters),
      prices: links.prices(),
      organizations: links.organizations(),
      newKey: links.newAdminKey(),
      limits: `${links.spend()}/limits`,
    },
    view: figures && viewOf(figures, { frame, filters, limits }),
  };
}

/** Only books in which there can be anything. */
function booksOf({ book, sources }: SpendFigures, filters: SpendFilters): Choice[] {
  const hasOrganization = sources.organizations.length > 0;
  const choices: Book[] = hasOrganization ? ['billed', 'reported', 'measured'] : ['measured'];
  return choices.map((to) => ({
    label: bookWords[to].label,
    href: hrefOfBook(filters, { from: book, to }),
    title: bookWords[to].title,
    isCurrent: to === book,
  }));
}

function groupsOf({ book, by, sources }: SpendFigures, filters: SpendFilters): Choice[] {
  const hasOrganizations = sources.organizations.length > 1;
  const hasProjects = sources.organizations.length > 0;
  return spendGroups[book]
    .filter((group) => group !== 'none')
    .filter((group) => (group !== 'organization' || hasOrganizations) && (group !== 'project' || hasProjects))
    .filter((group) => group !== 'end-user' || narrowing.every((name) => filters[name] === ''))
    .map((group) => ({
      label: groupWords[group].one,
      href: spendHref(filters, { by: group }),
      title: '',
      isCurrent: group === by,
    }));
}

function chipsOf(figures: SpendFigures | null, filters: SpendFilters): SpendPage['chips'] {
  const organization = figures?.sources.organizations.find(({ id }) => id === filters.organization);
  const names: Partial<Record<string, string | null>> = {
    organization: organization?.name ?? null,
    project: figures?.names?.project ?? null,
    key: figures?.names?.key ?? null,
  };
  return narrowing
    .filter((name) => filters[name] !== '')
    .map((name) => ({
      label: groupWords[name].one,
      name: filters[name] === noneValue ? 'none' : (names[name] ?? filters[name]),
      title: filters[name],
      href: spendHref(filters, { [name]: '' }),
    }));
}

function viewOf(
  figures: SpendFigures,
  { frame, filters, limits }: Pick<SpendPageInput, 'frame' | 'filters' | 'limits'>,
): SpendView {
  const { book, by, spend, head, sources } = figures;
  const time = timeFormatFor(frame.tenant.reportingTimeZone);
  const { unpricedRequests, estimatedRequests } = spend.total;
  const comparedWith = periodBefore(spend.before, spend.days, figures.today);
  const { chart, chartTitle } = spendColumns(figures, filters);
  const isZoned = book !== 'billed' && sources.organizations.length > 0 && head.timeZone !== 'UTC';
  return {
    ...spendCards(figures, comparedWith),
    span: daySpan({ fromDay: head.from, toDay: head.to }),
    bookText: bookWords[book].text,
    zoneNote: isZoned ? `Days are those of ${head.timeZone}; bills are by UTC day.` : '',
    utcHref: isZoned ? spendHref(filters, { calendar: 'utc' }) : '',
    asOf: book !== 'measured' && head.asOf !== null ? time.ago(new Date(head.asOf), frame.now) : null,
    missing: book === 'measured' ? '' : missingOrganizations(sources.organizations, filters.organization),
    isEmpty: spend.groups.length === 0,
    emptyText: emptyTextOf(figures),
    hint: sources.organizations.length === 0,
    unpriced: unpricedRequests === 0 ? '' : countOf(unpricedRequests, 'without a price, not included'),
    estimated: estimatedRequests === 0 ? '' : countOf(estimatedRequests, 'priced by estimate'),
    by: groupWords[by].one.toLowerCase(),
    chartTitle,
    chart,
    isOneDay: spend.days.length === 1,
    steps: stepsOf(figures, filters),
    sooner: soonerOf(figures, filters),
    table: spendTable({ ...figures, filters, colours: chart.colours, periodBefore: comparedWith }),
    limits: spendLimitsView({ sources, limits: figures.limits, refused: limits }),
  };
}

function emptyTextOf({ spend: { days }, head, today }: SpendFigures): string {
  if (head.from > today) return 'These days are still to come.';
  const known = days.filter(({ isKnown }) => isKnown).length;
  if (known === 0) return 'This book knows none of these days. Choose others, or look at another book.';
  const those =
    known === days.length
      ? 'This book has no spend of these days with these filters.'
      : `This book knows ${formatCount(known)} of these ${formatCount(days.length)} days, and has no spend of those with these filters.`;
  return `${those} Widen the range, remove a filter, or look at another book.`;
}

/** The day before and the one after, of a view of one. */
function stepsOf({ head, today }: SpendFigures, filters: SpendFilters): SpendView['steps'] {
  if (countDays({ fromDay: head.from, toDay: head.to }) > 1) return [];
  const days = [addDays(head.from, -1), addDays(head.from, 1)].filter((day) => day <= today);
  return days.map((day) => ({
    label: day < head.from ? `← ${formatDay(day)}` : `${formatDay(day)} →`,
    href: spendHref(filters, { range: 'custom', from: day, to: day }),
  }));
}

/** As long as a day is still waited for; a bill that is later than this has stopped. */
const billedWithinDays = 3;

/** For days around today: those that are long past were never billed here, and those to come nobody reports. */
function soonerOf({ book, spend, sources, head, today }: SpendFigures, filters: SpendFilters): SpendView['sooner'] {
  if (book !== 'billed' || !sources.hasReported || isAnyKnown(spend.days)) return null;
  if (head.to < addDays(today, -billedWithinDays) || head.from > today) return null;
  return {
    title: 'Not billed yet',
    text: 'OpenAI bills a day some hours after its end. What it reports is here within minutes.',
    href: hrefOfBook(filters, { from: book, to: 'reported' }),
    action: 'Show what is reported',
  };
}

const countOf = (requests: number, what: string) =>
  `${requests === 1 ? '1 request' : `${formatCount(requests)} requests`} ${what}`;
