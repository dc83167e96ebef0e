import { z } from 'zod';
import { formatUsdOrNull } from '#core/money.js';
import { Problem } from '#core/problem.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { withBookSnapshot } from '#domain/books/book-snapshot.js';
import { knownCost } from '#domain/spend/spend-sums.js';
import { assertUsageFilterKnown } from '#domain/usage/assert-usage-filter-known.js';
import { listUsage } from '#domain/usage/list-usage.js';
import { resetUsage } from '#domain/usage/reset-usage.js';
import { streamUsageCsv } from '#domain/usage/stream-usage-csv.js';
import { sumUsage } from '#domain/usage/sum-usage.js';
import { isNarrowed, type UsageFilter } from '#domain/usage/usage-filter.js';
import type { UsageRow } from '#domain/usage/usage-row.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { StreamReply } from '../http/reply.js';
import { readInstants } from './read-instants.js';
import { anyBody, nothing } from './schemas.js';
import { resetJson, usagePageJson, usageQuery } from './usage-schemas.js';

const tag = 'Usage';
const confirmation = 'reset';

export function usageRoutes(deps: AppDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/data',
      access: accessTo.usage.read,
      tag,
      summary: 'List usage records, newest first, with totals',
      description: 'With `Accept: text/csv` or `?format=csv`: all records of the filter as a file, however many.',
      params: nothing,
      query: usageQuery,
      body: anyBody,
      response: usagePageJson,
      alternatives: ['text/csv'],
      async handle({ query, caller, accepts }) {
        const filter = await toFilter(deps, caller.tenant.id, query);
        const format = query.format ?? (accepts(['json', 'csv']) === 'csv' ? 'csv' : 'json');
        if (format === 'csv') {
          await assertUsageFilterKnown(deps, caller.tenant.id, filter);
          const pieces = streamUsageCsv(deps, caller.tenant.id, filter);
          return new StreamReply('text/csv; charset=utf-8', 'keyledger-usage.csv', pieces);
        }
        return presentPage(deps, caller.tenant.id, { filter, page: query });
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/reset',
      access: accessTo.usage.reset,
      tag,
      summary: 'Clear usage and probe history',
      description:
        'Deletes the tenant’s usage records, probe runs and their sums for good, and keeps its keys. Needs ' +
        '`?confirm=reset`, or `{"confirm":"reset"}` as the body.',
      params: nothing,
      query: z.strictObject({ confirm: z.string().optional() }),
      body: z.object({ confirm: z.string().optional() }),
      response: resetJson,
      async handle({ query, body, caller, actor }) {
        if (query.confirm !== confirmation && body.confirm !== confirmation) {
          const detail = 'This deletes all usage and probe history for good. Add ?confirm=reset to do it.';
          throw new Problem('confirmation-required', { detail, fields: { confirm: 'must be “reset”' } });
        }
        const deleted = await resetUsage({ ...deps, actor }, caller.tenant.id);
        deps.logger.info({ tenantId: caller.tenant.id, by: caller.principal.id, ...deleted }, 'usage was reset');
        return { deleted };
      },
    }),
  ];
}

type Query = z.output<typeof usageQuery>;

async function toFilter(deps: AppDeps, tenantId: string, query: Query): Promise<UsageFilter> {
  const { key: keyId, source, model, tier, endUser } = query;
  return { keyId, source, model, tier, endUser, ...(await readInstants(deps, tenantId, query)) };
}

async function presentPage(
  deps: AppDeps,
  tenantId: string,
  { filter, page }: { filter: UsageFilter; page: { after?: string | undefined; limit: number } },
): Promise<z.input<typeof usagePageJson>> {
  const [list, totals] = await withBookSnapshot(
    deps,
    tenantId,
    (snapshot) => Promise.all([listUsage(snapshot, tenantId, filter, page), sumUsage(snapshot, tenantId, filter)]),
    { planning: isNarrowed(filter) ? 'each-time' : 'once' },
  );
  if (list.items.length === 0) await assertUsageFilterKnown(deps, tenantId, filter);
  const cost = knownCost(totals);
  return {
    items: list.items.map(presentRow),
    next: list.next,
    totals: { ...totals, costUsd: formatUsdOrNull(cost) },
  };
}

/** A new object with each field by name: with fields added to the row instead, the whole answer cost an eighth more. */
function presentRow(row: UsageRow): z.input<typeof usagePageJson>['items'][number] {
  return {
    id: row.id,
    occurredAt: row.occurredAt.toISOString(),
    keyId: row.providerKeyId,
    keyLabel: row.keyLabel,
    source: row.source,
    model: row.model,
    serviceTier: row.serviceTier,
    requests: row.requests,
    inputUncachedTokens: row.inputUncachedTokens,
    inputCachedTokens: row.inputCachedTokens,
    cacheWriteTokens: row.cacheWriteTokens,
    cacheWrite12hTokens: row.cacheWrite12hTokens,
    outputTokens: row.outputTokens,
    reasoningTokens: row.reasoningTokens,
    audioInputTokens: row.audioInputTokens,
    audioCachedInputTokens: row.audioCachedInputTokens,
    audioOutputTokens: row.audioOutputTokens,
    imageInputTokens: row.imageInputTokens,
    imageCachedInputTokens: row.imageCachedInputTokens,
    imageOutputTokens: row.imageOutputTokens,
    costUsd: formatUsdOrNull(row.cost),
    costBasis: row.costBasis,
    costReason: row.costReason,
    priceVersion: row.priceVersion,
    requestId: row.requestId,
    endUser: row.endUser,
    tags: row.tags,
  };
}
