import type { z } from 'zod';
import { formatUsd } from '#core/money.js';
import { Problem } from '#core/problem.js';
import { utcDay } from '#core/utc-day.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { listPrices } from '#domain/prices/list-prices.js';
import type { NamedPriceRow, PriceFilter } from '#domain/prices/select-prices.js';
import { streamPricesCsv } from '#domain/prices/stream-prices-csv.js';
import { priceScales } from '#pricing/price-scale.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { StreamReply } from '../http/reply.js';
import { pricePageJson, priceQuery } from './price-schemas.js';
import { anyBody, nothing } from './schemas.js';

export function priceRoutes(deps: AppDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/prices',
      access: accessTo.prices.read,
      tag: 'Prices',
      summary: 'List the prices that costs are computed from',
      description: 'With `Accept: text/csv` or `?format=csv`: all prices of the filter as a file.',
      params: nothing,
      query: priceQuery,
      body: anyBody,
      response: pricePageJson,
      alternatives: ['text/csv'],
      async handle({ query, accepts, caller }) {
        const filter = toFilter(query, deps.clock.now());
        const priceBook = await deps.priceBooks.of(caller.tenant.id);
        const format = query.format ?? (accepts(['json', 'csv']) === 'csv' ? 'csv' : 'json');
        if (format === 'csv') {
          return new StreamReply(
            'text/csv; charset=utf-8',
            'keyledger-prices.csv',
            streamPricesCsv({ priceBook }, filter),
          );
        }
        const { items, next } = listPrices({ priceBook }, filter, query);
        return { version: priceBook.version, at: filter.at ?? null, items: items.map(presentPrice), next };
      },
    }),
  ];
}

function toFilter({ model, tier, kind, at, all }: z.output<typeof priceQuery>, now: Date): PriceFilter {
  if (all === 'true' && at !== undefined) {
    const detail = '“at” asks for one day and “all” for every one: leave one out.';
    throw new Problem('invalid-request', { field: 'at', detail });
  }
  return { model, tier, kind, at: all === 'true' ? undefined : (at ?? utcDay(now)) };
}

function presentPrice({ picoUsdPerUnit, overrideId, regionalUplift: uplift, ...row }: NamedPriceRow) {
  const { unitsPerPrice, per } = priceScales[row.kind];
  return {
    ...row,
    regionalUplift: uplift && { ...uplift, percent: formatUsd(uplift.picoPercent) },
    aliases: [...row.aliases],
    isOwn: overrideId !== null,
    usdPerUnit: formatUsd(picoUsdPerUnit),
    usdPer: { usd: formatUsd(picoUsdPerUnit * unitsPerPrice), units: Number(unitsPerPrice), label: per },
  };
}
