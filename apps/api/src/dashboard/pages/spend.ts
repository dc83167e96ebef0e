import { parseUsd, type PicoUsd } from '#core/money.js';
import { Problem } from '#core/problem.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import type { BookSnapshot } from '#domain/books/book-snapshot.js';
import { countModels } from '#domain/spend/count-models.js';
import { countSpendActivity } from '#domain/spend/count-spend-activity.js';
import { nameSpendFilters } from '#domain/spend/name-spend-filters.js';
import { readSpendDashboard } from '#domain/spend/read-spend-dashboard.js';
import { fullestBook, type SpendSources } from '#domain/spend/read-spend-sources.js';
import { setSpendLimits } from '#domain/spend/set-spend-limits.js';
import { tellsApart, usualGroup } from '#domain/spend/spend-groups.js';
import { streamSpendCsv } from '#domain/spend/stream-spend-csv.js';
import type { AppDeps } from '../../app-deps.js';
import { StreamReply } from '../../http/reply.js';
import { type AskedFigures, type FiguresQuestion, readFigures, readFiguresAnd } from '../../routes/read-figures.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { shownSeries } from '../charts/series.js';
import { links } from '../view-models/links.js';
import { mostColumns } from '../view-models/spend-columns.js';
import type { RefusedLimits } from '../view-models/spend-limits.js';
import { shownGroups } from '../view-models/spend-table.js';
import { spendPage, type SpendPageInput } from '../view-models/spend-page.js';
import { done } from './done.js';
import { faultsOfFilters } from './faults-of-filters.js';
import { limitsForm, refusedLimits } from './limits-form.js';
import { loadFrame } from './load-frame.js';
import type { Deed, PageRoute, Visit } from './page-route.js';
import { parseFields } from './parse-fields.js';
import { readSpendFilters } from './read-spend-filters.js';

export function spendPages(deps: DashboardDeps): PageRoute[] {
  return [
    { method: 'get', path: '/spend', access: accessTo.usage.read, handle: (visit) => showSpend(deps, visit) },
    { method: 'get', path: '/spend.csv', access: accessTo.usage.read, handle: (visit) => sendSpend(deps, visit) },
    {
      method: 'post',
      path: '/spend/limits',
      access: accessTo.spendLimits.set,
      handle: (visit) => changeLimits(deps, visit),
      redraw: async (visit, problem) => (await showSpend(deps, visit, refusedLimits(visit, problem))).html,
    },
  ];
}

/** One look into the database beside those of every page, of up to a dozen questions, however much there is. */
async function showSpend(deps: DashboardDeps, visit: Visit, limits: RefusedLimits | null = null) {
  const { given, errors } = readSpendFilters(visit.query);
  const [frame, loaded] = await Promise.all([
    loadFrame(deps, visit),
    errors.length > 0 ? errors : loadSpend(deps, visit).catch(faultsOfFilters),
  ]);
  const isFaulty = Array.isArray(loaded);
  const model = spendPage({
    frame,
    filters: given,
    errors: isFaulty ? loaded : [],
    figures: isFaulty ? null : loaded,
    limits,
  });
  return { html: deps.renderer.render('spend', model), status: isFaulty ? 400 : 200 };
}

async function loadSpend(deps: DashboardDeps, visit: Visit): Promise<SpendPageInput['figures']> {
  const { tenant } = visit;
  const question = questionOf(visit, drawn);
  const { beside, ...figures } = await readFiguresAnd(deps, tenant.id, question, async (inSnapshot, asked, reading) => {
    const { book, by, only, sources, range } = asked;
    const [models, activity, names, limits] = await Promise.all([
      by === 'project' ? countModels(inSnapshot, tenant.id, { ...modelsOf(asked), spans: [range] }) : null,
      reading.then(({ total }) =>
        countSpendActivity(inSnapshot, tenant.id, { ...range, ...sources, book, only, total }),
      ),
      only.projectId || only.keyId ? nameSpendFilters(inSnapshot, tenant.id, only) : null,
      hasLimits(asked) ? readLimits(inSnapshot, visit, sources) : null,
    ]);
    return { models: models?.get(range.fromDay) ?? null, activity, names, limits };
  });
  return { ...figures, ...beside };
}

/** The trend of each row is drawn, by the day; of a longer range, that of the chart's groups alone, by the week. */
const drawn = (days: number) =>
  days > mostColumns
    ? ({ named: shownGroups, detail: shownSeries, grain: 'week' } as const)
    : ({ named: shownGroups, detail: shownGroups, grain: 'day' } as const);

function questionOf({ query }: Visit, wanted: NonNullable<FiguresQuestion['wanted']>): FiguresQuestion {
  const { given: _given, errors: _errors, by, ...question } = readSpendFilters(query);
  return {
    ...question,
    // The tab may have been chosen while another book was shown.
    by: (book) => (by && tellsApart(book, by) ? by : usualGroup(book)),
    isCompared: true,
    wanted,
  };
}

const modelsOf = ({ book, only, sources }: Pick<AskedFigures, 'book' | 'only' | 'sources'>) => ({
  book,
  only,
  calendar: sources.calendar,
  hasReported: sources.hasReported,
});

/** Limits are of the tenant's days, whichever are shown. */
async function readLimits(deps: AppDeps & { snapshot: BookSnapshot }, { tenant }: Visit, asked: SpendSources) {
  const sources = { ...asked, calendar: 'tenant', zone: tenant.reportingTimeZone } as const;
  return (await readSpendDashboard(deps, tenant.id, { book: fullestBook(sources), sources })).limits;
}

function hasLimits({ sources }: Pick<AskedFigures, 'sources'>): boolean {
  return sources.dailyLimit !== null || sources.monthlyLimit !== null;
}

async function sendSpend(deps: DashboardDeps, visit: Visit) {
  const [fault] = readSpendFilters(visit.query).errors;
  if (fault !== undefined) throw new Problem('invalid-request', { detail: fault });
  const question = questionOf(visit, () => ({ named: 0 }));
  const { book, by, only, head, spend, sources } = await readFigures(deps, visit.tenant.id, question);
  const spans = spend.days.map(({ day }) => ({ fromDay: day, toDay: day }));
  const models =
    by === 'project' ? await countModels(deps, visit.tenant.id, { ...modelsOf({ book, only, sources }), spans }) : null;
  const sheet = { book, by, only, calendar: head.calendar, zone: head.timeZone, days: spend.days, models };
  const pieces = streamSpendCsv(deps, visit.tenant.id, sheet);
  return new StreamReply('text/csv; charset=utf-8', 'keyledger-spend.csv', pieces);
}

async function changeLimits(deps: DashboardDeps, { tenant, actor, form }: Deed) {
  const { dailyUsd, monthlyUsd } = parseFields(limitsForm, form);
  const parse = (usd: string | null): PicoUsd | null => (usd === null ? null : parseUsd(usd));
  await setSpendLimits({ ...deps, actor }, tenant.id, { daily: parse(dailyUsd), monthly: parse(monthlyUsd) });
  const text = dailyUsd || monthlyUsd ? 'The limits are set.' : 'There is no limit any more.';
  return done(links.spend(), text);
}
