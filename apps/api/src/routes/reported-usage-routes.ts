import { formatUsdOrNull } from '#core/money.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { listReportedUsage } from '#domain/reported-usage/list-reported-usage.js';
import { localDay } from '#domain/spend/local-days.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { reportedUsageJson, reportedUsageQuery } from './reported-usage-schemas.js';
import { anyBody, nothing } from './schemas.js';

export function reportedUsageRoutes(deps: AppDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/usage/reported',
      access: accessTo.usage.read,
      tag: 'Usage',
      summary: 'List the rows behind a day of the reported book',
      description: 'As OpenAI reports them, as finely as it does, each with its cost and the prices that made it.',
      params: nothing,
      query: reportedUsageQuery,
      body: anyBody,
      response: reportedUsageJson,
      async handle({ query, caller: { tenant } }) {
        const { calendar = 'tenant', organization, project, key, model, tier, kind, after, limit } = query;
        const timeZone = calendar === 'utc' ? 'UTC' : tenant.reportingTimeZone;
        const day = query.day ?? localDay(deps.clock.now(), timeZone);
        const only = { organizationId: organization, projectId: project, keyId: key, model, tier, kind };
        const page = await listReportedUsage(deps, tenant.id, { day, calendar, only, after, limit });
        return {
          day,
          timeZone,
          model: page.only.model ?? null,
          items: page.items.map((row) =>
            Object.assign(row, { bucketAt: row.bucketAt.toISOString(), costUsd: formatUsdOrNull(row.cost) }),
          ),
          next: page.next,
          totals: { ...page.totals, rows: page.totals.records, costUsd: formatUsdOrNull(page.totals.cost) },
        };
      },
    }),
  ];
}
