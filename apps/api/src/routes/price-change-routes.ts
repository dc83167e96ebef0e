import type { z } from 'zod';
import { formatUsdOrNull } from '#core/money.js';
import { Problem } from '#core/problem.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import type { Actor } from '#domain/audit/actor.js';
import { changePrices, type PriceChangeResult } from '#domain/prices/change-prices.js';
import { listOverrides } from '#domain/prices/list-overrides.js';
import { readOverridesCsv } from '#domain/prices/read-overrides-csv.js';
import type { ModelEffect } from '#domain/prices/estimate-price-change.js';
import type { NotedOverride } from '#domain/prices/select-overrides.js';
import { knownCost } from '#domain/spend/spend-sums.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { unknownModelNotice } from './model-notices.js';
import {
  type overrideJson,
  overridesJson,
  priceChangeBody,
  priceChangeJson,
  priceChangeLimitBytes,
} from './price-change-schemas.js';
import { anyBody, nothing } from './schemas.js';

const tag = 'Prices';

export function priceChangeRoutes(deps: AppDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/prices/overrides',
      access: accessTo.prices.read,
      tag,
      summary: 'List your own prices and discounts',
      params: nothing,
      query: nothing,
      body: anyBody,
      response: overridesJson,
      async handle({ caller: { tenant } }) {
        const [{ version }, overrides] = await Promise.all([
          deps.priceBooks.of(tenant.id),
          listOverrides(deps, tenant.id),
        ]);
        return { version, items: overrides.map(presentOverride) };
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/prices',
      access: accessTo.prices.change,
      tag,
      summary: 'Change your own prices, or see what that would change',
      description:
        'All of a change or none of it. Past usage is rated again in the background, and its former costs are kept.',
      params: nothing,
      query: nothing,
      body: priceChangeBody,
      bodyLimitBytes: priceChangeLimitBytes,
      response: priceChangeJson,
      handle: ({ body, caller, actor }) => change({ ...deps, actor }, { body, tenantId: caller.tenant.id }),
    }),
  ];
}

async function change(
  deps: AppDeps & { actor: Actor },
  { body, tenantId }: { body: z.output<typeof priceChangeBody>; tenantId: string },
): Promise<z.input<typeof priceChangeJson>> {
  const { add = [], csv, remove = [], restore = [], preview = false } = body;
  if (csv === undefined && add.length + remove.length + restore.length === 0) {
    throw new Problem('invalid-request', { detail: 'Say what to change: “add”, “csv”, “remove” or “restore”.' });
  }
  const read = csv === undefined ? undefined : readOverridesCsv(csv, await deps.priceBooks.of(tenantId));
  const result = await changePrices(deps, tenantId, {
    change: { add: [...add, ...(read?.add ?? [])], remove, restore },
    mode: preview ? 'preview' : 'store',
  });
  return presentChange(result, { preview, unchangedLines: read?.unchanged ?? 0 });
}

function presentChange(
  { effect, prices, added, removed, unknownModels, ...result }: PriceChangeResult,
  given: { preview: boolean; unchangedLines: number },
): z.input<typeof priceChangeJson> {
  return {
    ...given,
    ...result,
    notices: [...(effect.isBeingRated ? [beingRatedNotice] : []), ...unknownModels.map(unknownModelNotice)],
    changedPrices: prices.length,
    added: added.map(presentOverride),
    removed: removed.map(presentOverride),
    usage: {
      isComplete: effect.isComplete,
      models: effect.models.map(presentEffect),
    },
  };
}

const beingRatedNotice =
  'Past usage that this is about is being rated again right now, so costs before may be former ones, which are about to change. ' +
  'Look again when GET /prices/re-ratings says that it is finished.';

function presentEffect({ costBefore, costAfter, ...effect }: ModelEffect) {
  const { requests, unpricedRequestsBefore, unpricedRequestsAfter } = effect;
  const before = knownCost({ cost: costBefore, requests, unpricedRequests: unpricedRequestsBefore });
  const after = knownCost({ cost: costAfter, requests, unpricedRequests: unpricedRequestsAfter });
  return {
    ...effect,
    costBeforeUsd: formatUsdOrNull(before),
    costAfterUsd: formatUsdOrNull(after),
    unpricedKindsAfter: [...effect.unpricedKindsAfter],
  };
}

function presentOverride(override: NotedOverride): z.input<typeof overrideJson> {
  const { picoUsdPerUnit, picoPercentOff, effectiveFrom, effectiveTo, createdAt, ...rest } = override;
  return {
    ...rest,
    usdPerUnit: formatUsdOrNull(picoUsdPerUnit),
    percentOff: formatUsdOrNull(picoPercentOff),
    from: effectiveFrom,
    to: effectiveTo,
    createdAt: createdAt.toISOString(),
  };
}
