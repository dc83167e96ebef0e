import { formatUsdOrNull } from '#core/money.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { findReRatingGaps, type ReRatingGaps } from '#domain/prices/find-re-rating-gaps.js';
import { listPriceVersions } from '#domain/prices/list-price-versions.js';
import { listReRatings } from '#domain/prices/list-re-ratings.js';
import { listUnpricedModels, unpricedDays } from '#domain/prices/list-unpriced-models.js';
import { requestReRating } from '#domain/prices/request-re-rating.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { priceVersionsJson, reRatingRequestedJson, reRatingsJson, unpricedJson } from './price-change-schemas.js';
import { anyBody, nothing } from './schemas.js';

const head = { tag: 'Prices', params: nothing, query: nothing, body: anyBody };
const shownReRatings = 50;
const shownVersions = 200;

/** What past usage costs by which prices, and what has none. */
export function reRatingRoutes(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...head,
      method: 'get',
      path: '/prices/re-ratings',
      access: accessTo.prices.read,
      summary: 'List re-ratings of past usage, the newest 50, with their progress',
      response: reRatingsJson,
      async handle({ caller }) {
        const items = await listReRatings(deps, caller.tenant.id, { limit: shownReRatings });
        return {
          items: items.map(({ costBefore, costAfter, ...item }) => ({
            ...item,
            requestedAt: item.requestedAt.toISOString(),
            from: item.from?.toISOString() ?? null,
            to: item.to?.toISOString() ?? null,
            ratedUpTo: item.ratedUpTo?.toISOString() ?? null,
            finishedAt: item.finishedAt?.toISOString() ?? null,
            costBeforeUsd: formatUsdOrNull(costBefore),
            costAfterUsd: formatUsdOrNull(costAfter),
          })),
        };
      },
    }),
    defineRoute({
      ...head,
      method: 'post',
      path: '/prices/re-rate',
      access: accessTo.prices.rateAgain,
      summary: 'Rate all past usage by the prices that hold now',
      description:
        'For after an upgrade that brought other prices, which by itself changes no past cost. It is done in the background; ' +
        '`notices` say what it cannot bring into past costs yet, and what to do first.',
      status: 201,
      response: reRatingRequestedJson,
      async handle({ caller: { tenant }, actor }) {
        const notices = gapNotices(await findReRatingGaps(deps, tenant.id));
        return { id: await requestReRating({ ...deps, actor }, tenant.id), notices };
      },
    }),
    ...lookingBack(deps),
  ];
}

function gapNotices({ hasUsage, withoutResidencies }: ReRatingGaps): string[] {
  const untold = withoutResidencies.map(
    ({ id, name }) =>
      `OpenAI has not told yet where every project of “${name}” is processed, so what a region adds to a price stays out of its ` +
      `past costs. Import it (POST /organizations/${id}/import), and then ask for this again.`,
  );
  return hasUsage ? untold : ['There is no past usage yet, so no cost changes.', ...untold];
}

function lookingBack(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...head,
      method: 'get',
      path: '/prices/versions',
      access: accessTo.prices.read,
      summary: 'List the versions of prices that costs name, the newest 200, and what each was made of',
      response: priceVersionsJson,
      async handle({ caller }) {
        const items = await listPriceVersions(deps, caller.tenant.id, { limit: shownVersions });
        return { items: items.map((item) => ({ ...item, madeAt: item.madeAt.toISOString() })) };
      },
    }),
    defineRoute({
      ...head,
      method: 'get',
      path: '/prices/unpriced',
      access: accessTo.prices.read,
      summary: 'List the models that were used in the last 30 days and have no price',
      response: unpricedJson,
      async handle({ caller }) {
        return { days: unpricedDays, items: await listUnpricedModels(deps, caller.tenant.id) };
      },
    }),
  ];
}
