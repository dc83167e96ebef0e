import { accessTo } from '#domain/access-tokens/access-table.js';
import { sumBookByDay } from '#domain/books/sum-book-by-day.js';
import { withBookSnapshot } from '#domain/books/book-snapshot.js';
import { sumBook } from '#domain/books/sum-book.js';
import { sumUsage } from '#domain/usage/sum-usage.js';
import { Problem } from '#core/problem.js';
import { listKeyLabels } from '#domain/provider-keys/list-key-labels.js';
import { addDays, localDay } from '#domain/spend/local-days.js';
import { sumSpend } from '#domain/spend/spend-sums.js';
import { assertUsageFilterKnown } from '#domain/usage/assert-usage-filter-known.js';
import { firstUsageDay } from '#domain/usage/first-usage-day.js';
import { listUsage } from '#domain/usage/list-usage.js';
import { listUsedModels } from '#domain/usage/list-used-models.js';
import { localDayRange } from '#domain/usage/local-day-range.js';
import { streamUsageCsv } from '#domain/usage/stream-usage-csv.js';
import { usageSources } from '#domain/usage/usage-filter.js';
import { StreamReply } from '../../http/reply.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { daysBetween } from '../days-between.js';
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
 * Seven looks into the database beside those of every page, and more where a key, model or tier finds nothing: whether anybody
 * knows it. With filters that cannot be, no usage is looked up, as nobody asked for it.
 */
async function showUsage(deps: DashboardDeps, visit: Visit) {
  const { tenant } = visit;
  const given = readUsageFilters(visit.query);
  const hasFaults = Object.keys(given.errors).length > 0;
  const today = localDay(deps.clock.now(), tenant.reportingTimeZone);
  const firstDay = await firstUsageDay(deps, tenant.id);
  const span = chartSpan(given, { today, firstDay });
  const [frame, choices, figures] = await Promise.all([
    loadFrame(deps, visit),
    loadChoices(deps, visit, { given, span }),
    hasFaults ? nothing(visit) : loadFigures(deps, visit, { given, span }),
  ]);
  const isDoubtful =
    !hasFaults && figures.rows.length === 0 && Boolean(given.only.keyId ?? given.only.model ?? given.only.tier);
  const errors = isDoubtful ? await findUnknown(deps, visit, given) : given.errors;
  const days = daysBetween(span.fromDay, span.toDay, firstDay);
  const model = usagePage({
    frame,
    filters: given.filters,
    errors,
    choices,
    today,
    days,
    ...span,
    ...figures,
  });
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

async function loadChoices(
  deps: DashboardDeps,
  { tenant }: Visit,
  { given, span }: { given: ReadUsageFilters; span: Span },
): Promise<UsagePageInput['choices']> {
  const { keyId, model, tier } = given.only;
  const { from, to } = await localDayRange(deps, tenant.id, span);
  if (!from || !to) throw new Error('two days have a beginning and an end');
  const [keys, models, ofTiers] = await Promise.all([
    listKeyLabels(deps, tenant.id, { including: keyId, limit: shownChoices }),
    listUsedModels(deps, tenant.id, { from, to, limit: shownChoices }),
    sumBook(deps, tenant.id, { ...span, book: 'measured', calendar: 'tenant', by: 'tier' }),
  ]);
  const tiers = ofTiers.flatMap(({ group }) => group ?? []);
  return { keys, sources: [...usageSources], models: withGiven(models, model), tiers: withGiven(tiers, tier) };
}

/** What is asked for is among the choices, used or not. */
const withGiven = (choices: string[], given: string | undefined) =>
  given === undefined || choices.includes(given) ? choices : [given, ...choices];

type Figures = Pick<UsagePageInput, 'rows' | 'totals' | 'points' | 'cursor' | 'nextCursor'>;

async function loadFigures(
  deps: DashboardDeps,
  { tenant, query }: Visit,
  { given, span }: { given: ReadUsageFilters; span: Span },
): Promise<Figures> {
  const filter = { ...given.only, ...(await localDayRange(deps, tenant.id, given.days)) };
  const cursor = query['cursor'] || null;
  const { keyId, source, model, tier } = given.only;
  const perModel = { ...span, book: 'measured', calendar: 'tenant', by: 'model' } as const;
  const [page, totals, points] = await withBookSnapshot(deps, tenant.id, (inSnapshot) =>
    Promise.all([
      listUsage(inSnapshot, tenant.id, filter, { after: cursor ?? undefined, limit: shownRecords }),
      sumUsage(inSnapshot, tenant.id, filter),
      sumBookByDay(inSnapshot, tenant.id, { ...perModel, only: { keyId, kind: source, model, tier } }),
    ]),
  );
  return { rows: page.items, totals, points, cursor, nextCursor: page.next };
}

function nothing({ query }: Visit): Figures {
  return { rows: [], totals: sumSpend([]), points: [], cursor: query['cursor'] || null, nextCursor: null };
}
