import { Problem } from '#core/problem.js';
import { utcDay } from '#core/utc-day.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { unpricedDays } from '#domain/prices/list-unpriced-models.js';
import { listUsedModels } from '#domain/prices/list-used-models.js';
import { type PriceFilter, selectPrices } from '#domain/prices/select-prices.js';
import { streamPricesCsv } from '#domain/prices/stream-prices-csv.js';
import { isInForce } from '#pricing/is-in-force.js';
import { StreamReply } from '../../http/reply.js';
import { priceQuery } from '../../routes/price-schemas.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import type { PriceFilters } from '../view-models/links.js';
import { pricesPage } from '../view-models/prices-page.js';
import { loadFrame } from './load-frame.js';
import type { PageRoute, Visit } from './page-route.js';

const longestSearch = 200;

export function pricesPages(deps: DashboardDeps): PageRoute[] {
  return [
    { method: 'get', path: '/prices', access: accessTo.prices.read, handle: (visit) => showPrices(deps, visit) },
    { method: 'get', path: '/prices.csv', access: accessTo.prices.read, handle: (visit) => sendPrices(deps, visit) },
  ];
}

/** Two looks into the database beside those of every page. */
async function showPrices(deps: DashboardDeps, visit: Visit) {
  const { filters, only, day, errors } = readFilters(visit.query, deps.clock.now());
  const isFaulty = Object.keys(errors).length > 0;
  const priceBook = await deps.priceBooks.of(visit.tenant.id);
  const [frame, used] = await Promise.all([
    loadFrame(deps, visit),
    listUsedModels({ ...deps, priceBook }, visit.tenant.id),
  ]);
  const found = isFaulty ? [] : selectPrices(priceBook, only);
  const model = pricesPage({
    frame,
    filters,
    errors,
    day,
    rows: found.filter((row) => isInForce(row, day)),
    upcoming: found.filter(({ effectiveFrom }) => effectiveFrom !== null && effectiveFrom > day),
    used,
    usedDays: unpricedDays,
    version: priceBook.version,
  });
  return { html: deps.renderer.render('prices', model), status: isFaulty ? 400 : 200 };
}

async function sendPrices(deps: DashboardDeps, { query, tenant }: Visit): Promise<StreamReply> {
  const { only, day, errors } = readFilters(query, deps.clock.now());
  const [fault] = Object.values(errors);
  if (fault !== undefined) throw new Problem('invalid-request', { detail: fault });
  const priceBook = await deps.priceBooks.of(tenant.id);
  const pieces = streamPricesCsv({ priceBook }, { ...only, at: day });
  return new StreamReply('text/csv; charset=utf-8', 'keyledger-prices.csv', pieces);
}

interface ReadFilters {
  /** As given, to show in the form again. */
  filters: PriceFilters;
  only: Pick<PriceFilter, 'text' | 'tier'>;
  /** UTC. */
  day: string;
  /** Sentences for the reader, by field. */
  errors: Partial<Record<keyof PriceFilters, string>>;
}

/** The filters of an address, by the rules of the API's; an empty one is none, and the tier then standard. */
function readFilters(query: Readonly<Record<string, string>>, now: Date): ReadFilters {
  const filters = {
    q: (query['q'] ?? '').trim().slice(0, longestSearch),
    tier: query['tier'] ?? '',
    at: query['at'] ?? '',
  };
  const tier = priceQuery.shape.tier.safeParse(filters.tier || undefined);
  const at = priceQuery.shape.at.safeParse(filters.at || undefined);
  return {
    filters,
    only: { text: filters.q || undefined, tier: tier.data ?? 'standard' },
    day: at.data ?? utcDay(now),
    errors: {
      ...(!tier.success && { tier: 'There is no such tier.' }),
      ...(!at.success && { at: '“In force on” is not a day.' }),
    },
  };
}
