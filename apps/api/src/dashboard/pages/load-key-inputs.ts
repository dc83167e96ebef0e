import { group } from 'd3-array';
import type { BookSums } from '#domain/books/book.js';
import { sumBook } from '#domain/books/sum-book.js';
import { expectedDailyProbeCost } from '#domain/probes/expected-probe-cost.js';
import { type ProbeHour, probesPerHour } from '#domain/probes/probes-per-hour.js';
import { whyOnlyListed } from '#domain/probes/why-only-listed.js';
import { startOfHours } from '#domain/probes/start-of-hours.js';
import { displayedHealth } from '#domain/provider-keys/displayed-health.js';
import { freshUntil } from '#domain/provider-keys/fresh-until.js';
import type { ProviderKeyView } from '#domain/provider-keys/provider-key.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { localDay } from '#domain/spend/local-days.js';
import { knownCost } from '#domain/spend/spend-sums.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import type { KeyInput } from '../view-models/inputs.js';
import { hoursOfProbes } from './hours-of-probes.js';

const hoursPerDay = 24;

/** Keys with what their probes found and cost lately: two queries, however many keys. */
export async function loadKeyInputs(
  deps: DashboardDeps,
  tenant: Tenant,
  { keys, hours }: { keys: readonly ProviderKeyView[]; hours: number },
): Promise<KeyInput[]> {
  const now = deps.clock.now();
  const today = localDay(now, tenant.reportingTimeZone);
  const keyIds = keys.map(({ id }) => id);
  const [priceBook, counts, spend] = await Promise.all([
    deps.priceBooks.of(tenant.id),
    probesPerHour(deps, tenant.id, { providerKeyIds: keyIds, from: startOfHours(now, hours), to: now }),
    sumBook(deps, tenant.id, {
      book: 'measured',
      fromDay: today,
      toDay: today,
      calendar: 'tenant',
      by: 'key',
      only: { kind: 'probe', keyIds },
    }),
  ]);
  const spendByKey = new Map(spend.map((ofKey) => [ofKey.group, ofKey]));
  const countsByKey = group(counts, ({ providerKeyId }) => providerKeyId);
  return keys.map((key) =>
    toInput({ ...deps, priceBook }, key, {
      counts: countsByKey.get(key.id) ?? [],
      spend: spendByKey.get(key.id),
      hours,
    }),
  );
}

function toInput(
  deps: DashboardDeps & { priceBook: PriceBook },
  key: ProviderKeyView,
  { counts, spend, hours: count }: { counts: ProbeHour[]; spend: BookSums | undefined; hours: number },
): KeyInput {
  const now = deps.clock.now();
  const { defaultIntervalSecs } = deps.settings.policy;
  const hours = hoursOfProbes(counts, now, count);
  const intervalSecs = key.probeIntervalSecs ?? defaultIntervalSecs;
  const lastDay = hours.slice(-hoursPerDay);
  const isProbed = key.isActive && key.probeMode !== 'off';
  const probed = { ...key, mode: key.probeMode, intervalSecs, at: now };
  return {
    ...key,
    health: displayedHealth(key, now, defaultIntervalSecs),
    freshUntil: isProbed ? freshUntil(key, defaultIntervalSecs) : null,
    intervalSecs,
    probes24h: { ok: sumOf(lastDay, 'ok'), total: sumOf(lastDay, 'runs') },
    probeCostToday: spend ? knownCost(spend) : 0n,
    expectedCostPerDay: expectedDailyProbeCost(deps, probed),
    onlyListed: whyOnlyListed(deps, { ...probed, dailyCapUsd: key.probeDailyCapUsd }),
    hours,
  };
}

function sumOf(hours: KeyInput['hours'], figure: 'ok' | 'runs'): number {
  return hours.reduce((sum, hour) => sum + hour[figure], 0);
}
