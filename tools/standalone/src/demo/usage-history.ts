import { v7 } from 'uuid';
import { formatUsdOrNull } from '#core/money.js';
import { costReasonOf } from '#domain/usage/cost-columns.js';
import { costOf } from '#pricing/cost-of.js';
import type { PriceBook } from '#pricing/price-book.js';
import { emptyUsage, totalInputTokens, type Usage } from '#pricing/usage.js';
import type { DemoKey } from './demo-tenants.js';
import { createRandom } from './random.js';
import { servedModel } from './served-model.js';

const hourMs = 60 * 60_000;
const historyHours = 60 * 24;

/** By column name. */
type Row = Record<string, string | number | Date | null>;

export interface UsageHistory {
  /** Of `usage_record`. */
  records: Row[];
  /** Of `usage_hourly`, the rollup: one record per hour and key, so one row for each. */
  hours: Row[];
}

/** What the product behind a key used in 60 days, hour by hour, until the key stopped working. Empty without traffic. */
export function usageHistory(
  key: DemoKey,
  owner: { tenantId: string; providerKeyId: string },
  context: { now: Date; book: PriceBook },
): UsageHistory {
  const history: UsageHistory = { records: [], hours: [] };
  if (!key.traffic) return history;
  const random = createRandom(`${key.label} usage`);
  const thisHour = Math.floor(context.now.getTime() / hourMs) * hourMs;
  const worksUntil = key.now.outcome === 'ok' ? Infinity : context.now.getTime() - key.now.sinceDays * 24 * hourMs;
  for (let ago = historyHours; ago >= 1; ago -= 1) {
    const hour = new Date(thisHour - ago * hourMs);
    const usage = usageOf(key.traffic, busyness(hour, key.traffic.officeHours === true) * (0.7 + random() * 0.6), ago);
    if (hour.getTime() >= worksUntil || usage.requests === 0) continue;
    const at = new Date(hour.getTime() + Math.floor(random() * (hourMs - 1)));
    addHour(history, { owner, model: servedModel(key.model), hour, at, usage, book: context.book });
  }
  return history;
}

function usageOf(traffic: NonNullable<DemoKey['traffic']>, load: number, hoursAgo: number): Usage {
  // Half as much two months ago: the products behind the keys are growing.
  const requests = Math.round(traffic.requestsPerHour * load * (1 - (0.5 * hoursAgo) / historyHours));
  const cachedTokens = Math.round(requests * traffic.inputTokens * 0.35);
  return {
    ...emptyUsage,
    requests,
    inputUncachedTokens: requests * traffic.inputTokens - cachedTokens,
    inputCachedTokens: cachedTokens,
    outputTokens: Math.round(requests * traffic.outputTokens * (0.8 + 0.4 * load)),
  };
}

/** From 0 to 1 over a UTC day; quieter at weekends, and then and at night nothing at all in an office. */
function busyness(hour: Date, officeHours: boolean): number {
  const isWeekend = [0, 6].includes(hour.getUTCDay());
  const ofDay = Math.max(0, Math.sin(((hour.getUTCHours() - 5) / 16) * Math.PI));
  if (officeHours) return isWeekend ? 0 : ofDay;
  return (0.12 + 0.88 * ofDay) * (isWeekend ? 0.6 : 1);
}

function addHour(
  history: UsageHistory,
  entry: {
    owner: { tenantId: string; providerKeyId: string };
    model: string;
    hour: Date;
    at: Date;
    usage: Usage;
    book: PriceBook;
  },
): void {
  const { owner, model, hour, at, usage } = entry;
  const cost = costOf(entry.book, { model, serviceTier: 'default', usage, at });
  const costUsd = formatUsdOrNull(cost.costPicoUsd);
  const shared = {
    tenant_id: owner.tenantId,
    provider_key_id: owner.providerKeyId,
    source: 'event',
    model,
    service_tier: 'default',
    requests: usage.requests,
  };
  history.records.push({
    ...shared,
    ...tokenColumns(usage),
    id: v7({ msecs: at.getTime() }),
    occurred_at: at,
    cost_usd: costUsd,
    cost_basis: cost.basis,
    cost_reason: costReasonOf(cost),
    price_version: cost.priceVersion,
  });
  history.hours.push({
    ...shared,
    hour,
    records: 1,
    input_tokens: totalInputTokens(usage),
    input_cached_tokens: usage.inputCachedTokens,
    output_tokens: usage.outputTokens,
    cost_usd: costUsd ?? '0',
    unpriced_requests: cost.basis === 'unpriced' ? usage.requests : 0,
    estimated_requests: cost.basis === 'estimated' ? usage.requests : 0,
  });
}

/** `inputCachedTokens` → `input_cached_tokens`, `cacheWrite12hTokens` → `cache_write_12h_tokens`. */
function tokenColumns(usage: Usage): Row {
  const counts = Object.entries(usage).filter(([name]) => name !== 'requests');
  return Object.fromEntries(
    counts.map(([name, count]) => [name.replaceAll(/[A-Z]|\d+/g, (part) => `_${part.toLowerCase()}`), count]),
  );
}
