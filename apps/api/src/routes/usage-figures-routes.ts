import { Problem } from '#core/problem.js';
import { formatUsdOrNull, parseUsd } from '#core/money.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import type { Book } from '#domain/books/book.js';
import { type BookSnapshot, withBookSnapshot } from '#domain/books/book-snapshot.js';
import { readSpendDashboard } from '#domain/spend/read-spend-dashboard.js';
import { readSpendSources, asOf, usualBook } from '#domain/spend/read-spend-sources.js';
import { monthsOfSpend, rangeOfMonths } from '#domain/spend/months-of-spend.js';
import { splitDays } from '#domain/spend/split-days.js';
import { readSpend } from '#domain/spend/read-spend.js';
import { setSpendLimits } from '#domain/spend/set-spend-limits.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { anyBody, nothing } from './schemas.js';
import {
  presentBefore,
  presentGroups,
  presentDay,
  presentPart,
  presentSeries,
  presentStanding,
  presentSums,
  presentTotal,
} from './usage-figures-presenter.js';
import {
  dailyJson,
  dailyQuery,
  dashboardQuery,
  limitsBody,
  limitsJson,
  monthlyJson,
  monthlyQuery,
  mostPoints,
  summaryJson,
  summaryQuery,
  timeseriesJson,
  timeseriesQuery,
  usageDashboardJson,
} from './usage-figures-schemas.js';
import { headOf, readFigures } from './read-figures.js';

const reading = { method: 'get', access: accessTo.usage.read, tag: 'Usage', params: nothing, body: anyBody } as const;

export function usageFiguresRoutes(deps: AppDeps): Route[] {
  return [
    dailyRoute(deps),
    monthlyRoute(deps),
    timeseriesRoute(deps),
    summaryRoute(deps),
    dashboardRoute(deps),
    limitsRoute(deps),
  ];
}

/** As many groups as asked for, as long as the answer stays one: a year of hundreds of keys is a download. */
const mostNamed = (limit: number, days: number) => Math.min(limit, Math.floor(mostPoints / days));

const eachWithItsDays = (named: number) => ({ named, detail: named });

function dailyRoute(deps: AppDeps): Route {
  return defineRoute({
    ...reading,
    path: '/usage/daily',
    summary: 'Sum usage and cost per day',
    description: 'One book at a time, never added together. Unknown days are there, with null for their sums.',
    query: dailyQuery,
    response: dailyJson,
    async handle({ query, caller }) {
      const wanted = (days: number) => eachWithItsDays(mostNamed(query.limit, days));
      const { book, head, spend } = await readFigures(deps, caller.tenant.id, { ...query, wanted });
      const split = splitDays(spend);
      return {
        ...head,
        by: query.by,
        days: spend.days.map((day) => presentDay(book, day, split)),
        totals: presentTotal(book, spend),
      };
    },
  });
}

function monthlyRoute(deps: AppDeps): Route {
  return defineRoute({
    ...reading,
    path: '/usage/monthly',
    summary: 'Sum usage and cost per month',
    query: monthlyQuery,
    response: monthlyJson,
    async handle({ query, caller }) {
      const { book, head, spend } = await readFigures(deps, caller.tenant.id, {
        ...query,
        wanted: () => ({ ...eachWithItsDays(query.limit), grain: 'month' }),
        rangeOf: (today) => rangeOfMonths(today, query.months),
      });
      const split = splitDays(spend);
      return {
        ...head,
        by: query.by,
        months: monthsOfSpend(spend).map(({ days, fromDay, toDay, ...month }) => ({
          ...month,
          from: fromDay,
          to: toDay,
          ...presentSums(book, month, month),
          ...presentPart(
            book,
            split,
            days.map(({ day }) => day),
          ),
        })),
        totals: presentTotal(book, spend),
      };
    },
  });
}

function timeseriesRoute(deps: AppDeps): Route {
  return defineRoute({
    ...reading,
    path: '/usage/timeseries',
    summary: 'One figure per day and group, for a chart',
    query: timeseriesQuery,
    response: timeseriesJson,
    async handle({ query, caller }) {
      const { by, interval, metric } = query;
      const wanted = (days: number) => eachWithItsDays(mostNamed(query.limit, days));
      const { head, spend } = await readFigures(deps, caller.tenant.id, { ...query, wanted });
      if (head.book === 'billed' && metric !== 'cost') throw notOnBills(metric);
      return { ...head, by, interval, metric, series: presentSeries(spend, metric) };
    },
  });
}

function summaryRoute(deps: AppDeps): Route {
  return defineRoute({
    ...reading,
    path: '/usage/summary',
    summary: 'Sum a range, with groups and the period before',
    query: summaryQuery,
    response: summaryJson,
    async handle({ query, caller }) {
      const { book, head, spend, range } = await readFigures(deps, caller.tenant.id, {
        ...query,
        isCompared: true,
        wanted: () => ({ named: query.limit }),
      });
      return {
        ...head,
        range,
        by: query.by,
        totals: presentTotal(book, spend),
        before: presentBefore(book, spend.before),
        unknownDays: spend.days.filter(({ isKnown }) => !isKnown).length,
        provisionalDays: spend.days.filter(({ isProvisional }) => isProvisional).length,
        ...presentGroups(book, spend),
      };
    },
  });
}

function dashboardRoute(deps: AppDeps): Route {
  return defineRoute({
    ...reading,
    path: '/usage/dashboard',
    summary: 'Today, this month, the last twelve, and the limits',
    description: 'Today comes from what OpenAI reports where the month comes from its bills, as those are late.',
    query: dashboardQuery,
    response: usageDashboardJson,
    async handle({ query, caller }) {
      const tenantId = caller.tenant.id;
      const { sources, book, head, dashboard, history } = await withBookSnapshot(deps, tenantId, (inSnapshot) =>
        readDashboard(inSnapshot, tenantId, query.book),
      );
      const { today, month, limits } = dashboard;
      return {
        ...head.shown,
        today: {
          book: today.book,
          timeZone: sources.zone,
          asOf: asOf(deps, today.book, sources)?.toISOString() ?? null,
          day: today.day,
          ...presentSums(today.book, today.total, today),
        },
        thisMonth: {
          from: month.days[0]?.day ?? head.today,
          to: head.today,
          ...presentTotal(book, month),
          before: presentBefore(book, month.before),
        },
        history: monthsOfSpend(history).map(({ fromDay, toDay, ...sums }) => ({
          ...sums,
          from: fromDay,
          to: toDay,
          ...presentSums(book, sums, sums),
        })),
        limits: { daily: presentStanding(limits.daily), monthly: presentStanding(limits.monthly) },
        organizations: sources.organizations.map(({ importedAt, ...organization }) => ({
          ...organization,
          importedAt: importedAt?.toISOString() ?? null,
        })),
      };
    },
  });
}

async function readDashboard(deps: AppDeps & { snapshot: BookSnapshot }, tenantId: string, asked: Book | undefined) {
  const sources = await readSpendSources(deps, tenantId);
  const book = asked ?? usualBook(sources);
  const head = headOf(deps, { book, sources });
  const year = { ...rangeOfMonths(head.today, 12), book, by: 'none', only: {}, before: null, sources } as const;
  const [dashboard, history] = await Promise.all([
    readSpendDashboard(deps, tenantId, { book, sources }),
    readSpend(deps, tenantId, year),
  ]);
  return { sources, book, head, dashboard, history };
}

function limitsRoute(deps: AppDeps): Route {
  return defineRoute({
    method: 'put',
    path: '/usage/limits',
    access: accessTo.spendLimits.set,
    tag: 'Usage',
    summary: 'Set what this tenant means to spend at most',
    description:
      'Per day and month of the tenant’s time zone. They are shown beside what is spent; nothing is stopped.',
    params: nothing,
    query: nothing,
    body: limitsBody,
    response: limitsJson,
    async handle({ body, caller, actor }) {
      const tenantId = caller.tenant.id;
      const parse = (usd: string | null | undefined) => (usd ? parseUsd(usd) : usd === null ? null : undefined);
      await setSpendLimits({ ...deps, actor }, tenantId, {
        daily: parse(body.dailyUsd),
        monthly: parse(body.monthlyUsd),
      });
      const { dailyLimit, monthlyLimit } = await readSpendSources(deps, tenantId);
      deps.logger.info({ tenantId, by: caller.principal.id, ...body }, 'spend limits were set');
      return {
        dailyUsd: formatUsdOrNull(dailyLimit),
        monthlyUsd: formatUsdOrNull(monthlyLimit),
      };
    },
  });
}

function notOnBills(metric: string): Problem {
  const detail = `A bill counts no requests and no tokens: ask for ${metric} with book=reported.`;
  return new Problem('invalid-request', { field: 'metric', detail });
}
