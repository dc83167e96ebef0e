import { accessTo } from '#domain/access-tokens/access-table.js';
import { type BookSnapshot, withBookSnapshot } from '#domain/books/book-snapshot.js';
import { rankDearest } from '#domain/books/sum-book.js';
import { sumUsage } from '#domain/usage/sum-usage.js';
import { Problem } from '#core/problem.js';
import { listKeyLabels } from '#domain/provider-keys/list-key-labels.js';
import { addDays, type DayRange, localDay } from '#domain/spend/local-days.js';
import { readSpend } from '#domain/spend/read-spend.js';
import { readSpendSources } from '#domain/spend/read-spend-sources.js';
import { sumSpend } from '#domain/spend/spend-sums.js';
import { assertUsageFilterKnown } from '#domain/usage/assert-usage-filter-known.js';
import { firstUsageDay } from '#domain/usage/first-usage-day.js';
import { listUsage } from '#domain/usage/list-usage.js';
import { localDayRange } from '#domain/usage/local-day-range.js';
import { streamUsageCsv } from '#domain/usage/stream-usage-csv.js';
import { usageSources } from '#domain/usage/usage-filter.js';
import { StreamReply } from '../../http/reply.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { shownSeries } from '../charts/series.js';
import { usagePage, type UsagePageInput } from '../view-models/usage-page.js';
import { loadFrame } from './load-frame.js';
import type { PageRoute, Visit } from './page-route.js';
import { readUsageFilters, type ReadUsageFilters, usageFaults } from './read-usage-filters.js';

const shownRecords = 50;
const shownChoices = 500;
/** Days of the chart at least, when the reader named no beginning, and at most. */
const usualDays = 30;
const mostDays = 92;

export function usagePages(deps: DashboardDeps): PageRoute[] {
  return [
    { method: 'get', path: '/usage', access: accessTo.usage.read, handle: (visit) => showUsage(deps, visit) },
    { method: 'get', path: '/usage.csv', access: accessTo.usage.read, handle: (visit) => sendUsage(deps, visit) },
  ];
}

/**
 * Two looks into the database beside those of every page, and more where a key, model or tier finds nothing: whether anybody
 * knows it. With filters that cannot be, no usage is looked up, as nobody asked for it.
 */
async function showUsage(deps: DashboardDeps, visit: Visit) {
  const given = readUsageFilters(visit.query);
  const hasFaults = Object.keys(given.errors).length > 0;
  const [frame, keys, usage] = await Promise.all([
    loadFrame(deps, visit),
    listKeyLabels(deps, visit.tenant.id, { including: given.only.keyId, limit: shownChoices }),
    withBookSnapshot(deps, visit.tenant.id, (inSnapshot) => loadUsage(inSnapshot, visit, { given, hasFaults })),
  ]);
  const isDoubtful =
    !hasFaults && usage.rows.length === 0 && Boolean(given.only.keyId ?? given.only.model ?? given.only.tier);
  const errors = isDoubtful ? await findUnknown(deps, visit, given) : given.errors;
  const choices = { ...usage.choices, keys };
  const model = usagePage({ frame, filters: given.filters, errors, ...usage, choices });
  return { html: deps.renderer.render('usage', model), status: Object.keys(errors).length > 0 ? 400 : 200 };
}

/** What was asked for and nobody knows, in sentences by field. */
async function findUnknown(
  deps: DashboardDeps,
  { tenant }: Visit,
  { only, days }: ReadUsageFilters,
): Promise<ReadUsageFilters['errors']> {
  try {
    await assertUsageFilterKnown(deps, tenant.id, { ...only, ...(await localDayRange(deps, tenant.id, days)) });
    return {};
  } catch (error) {
    const [field] = Object.keys((error instanceof Problem && error.fields) || {});
    if (field !== 'key' && field !== 'model' && field !== 'tier') throw error;
    return { [field]: usageFaults[field] };
  }
}

async function sendUsage(deps: DashboardDeps, visit: Visit) {
  const given = readUsageFilters(visit.query);
  const [fault] = Object.values(given.errors);
  if (fault !== undefined) throw new Problem('invalid-request', { detail: fault });
  const filter = { ...given.only, ...(await localDayRange(deps, visit.tenant.id, given.days)) };
  await assertUsageFilterKnown(deps, visit.tenant.id, filter);
  const pieces = streamUsageCsv(deps, visit.tenant.id, filter);
  return new StreamReply('text/csv; charset=utf-8', 'keyledger-usage.csv', pieces);
}

interface Span {
  fromDay: string;
  toDay: string;
  isWholeView: boolean;
}

/** The days to draw: those asked for, else all since the first usage and a month at least; but only the last of many. */
function chartSpan({ days }: ReadUsageFilters, { today, firstDay }: { today: string; firstDay: string | null }): Span {
  const toDay = days.toDay !== undefined && days.toDay < today ? days.toDay : today;
  const monthAgo = addDays(toDay, 1 - usualDays);
  const sinceFirst = firstDay !== null && firstDay < monthAgo ? firstDay : monthAgo;
  const begin = days.fromDay ?? sinceFirst;
  const earliest = addDays(toDay, 1 - mostDays);
  // Before the first usage there is nothing that the chart could miss.
  const isWholeView = begin >= earliest || sinceFirst >= earliest;
  return { fromDay: begin < earliest ? earliest : begin, toDay, isWholeView };
}

type SnapshotDeps = DashboardDeps & { snapshot: BookSnapshot };
type Choices = UsagePageInput['choices'];

async function loadUsage(
  deps: SnapshotDeps,
  { tenant, query }: Visit,
  { given, hasFaults }: { given: ReadUsageFilters; hasFaults: boolean },
) {
  const { calendar } = given.days;
  const today = localDay(deps.clock.now(), calendar === 'utc' ? 'UTC' : tenant.reportingTimeZone);
  const firstDay = await firstUsageDay(deps, tenant.id, { calendar });
  const { isWholeView, ...span } = chartSpan(given, { today, firstDay });
  const [choices, figures] = await Promise.all([
    loadChoices(deps, tenant.id, { given, span }),
    hasFaults ? nothing : loadFigures(deps, tenant.id, { given, span, cursor: query['cursor'] }),
  ]);
  return { today, isWholeView, choices, cursor: query['cursor'] || null, ...figures };
}

async function loadChoices(
  deps: SnapshotDeps,
  tenantId: string,
  { given, span }: { given: ReadUsageFilters; span: DayRange },
): Promise<Omit<Choices, 'keys'>> {
  const namesOf = async (by: 'model' | 'tier') => {
    const measured = { ...span, book: 'measured', calendar: given.days.calendar, by } as const;
    const { groups } = await rankDearest(deps, tenantId, measured, shownChoices);
    return groups.flatMap((group) => group ?? []).toSorted((a, b) => (a < b ? -1 : 1));
  };
  const { model, tier } = given.only;
  const [models, tiers] = await Promise.all([namesOf('model'), namesOf('tier')]);
  return { sources: [...usageSources], models: withGiven(models, model), tiers: withGiven(tiers, tier) };
}

/** What is asked for is among the choices, used or not. */
const withGiven = (choices: string[], given: string | undefined) =>
  given === undefined || choices.includes(given) ? choices : [given, ...choices];

type Figures = Pick<UsagePageInput, 'rows' | 'totals' | 'spend' | 'nextCursor'>;

async function loadFigures(
  deps: SnapshotDeps,
  tenantId: string,
  { given, span, cursor }: { given: ReadUsageFilters; span: DayRange; cursor: string | undefined },
): Promise<Figures> {
  const [instants, sources] = await Promise.all([
    localDayRange(deps, tenantId, given.days),
    readSpendSources(deps, tenantId, given.days),
  ]);
  const filter = { ...given.only, ...instants };
  const { keyId, source, model, tier } = given.only;
  const drawn = { named: shownSeries, detail: shownSeries, before: null, sources };
  const [page, totals, spend] = await Promise.all([
    listUsage(deps, tenantId, filter, { after: cursor || undefined, limit: shownRecords }),
    sumUsage(deps, tenantId, filter),
    readSpend(deps, tenantId, {
      ...span,
      ...drawn,
      book: 'measured',
      by: 'model',
      only: { keyId, kind: source, model, tier },
    }),
  ]);
  return { rows: page.items, totals, spend, nextCursor: page.next };
}

const nothing: Figures = { rows: [], totals: sumSpend([]), spend: null, nextCursor: null };
