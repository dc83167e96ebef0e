import type { z } from 'zod';
import { formatUsdOrNull } from '#core/money.js';
import type { ProbeCounts } from '#domain/probes/read-probe-counts.js';
import { expectedDailyProbeCost } from '#domain/probes/expected-probe-cost.js';
import type { ProbeRunView } from '#domain/probes/probe-run.js';
import { startOfHours } from '#domain/probes/start-of-hours.js';
import { displayedHealth } from '#domain/provider-keys/displayed-health.js';
import type { ProviderKeyView } from '#domain/provider-keys/provider-key.js';
import type { PriceBook } from '#pricing/price-book.js';
import type { AppDeps } from '../app-deps.js';
import type { keyJson, probeJson } from './key-schemas.js';

type KeyJson = z.input<typeof keyJson>;

/** The 24 hours whose probes are counted, the running one included. */
export function countedHours(now: Date): { from: Date; to: Date } {
  return { from: startOfHours(now, 24), to: now };
}

/** Keys as the API shows them, with what was counted of each in `countedHours`. */
export async function presentKeys(
  deps: AppDeps,
  tenantId: string,
  { keys, counts }: { keys: ProviderKeyView[]; counts: ReadonlyMap<string, ProbeCounts> },
): Promise<KeyJson[]> {
  const priceBook = await deps.priceBooks.of(tenantId);
  const { defaultIntervalSecs } = deps.settings.policy;
  const now = deps.clock.now();
  return keys.map((key) =>
    presentKey(key, { priceBook, defaultIntervalSecs, now, probes24h: counts.get(key.id) ?? noProbes }),
  );
}

const noProbes: ProbeCounts = { total: 0, ok: 0, failed: 0 };

function presentKey(
  key: ProviderKeyView,
  {
    priceBook,
    defaultIntervalSecs,
    now,
    probes24h,
  }: { priceBook: PriceBook; defaultIntervalSecs: number; now: Date; probes24h: ProbeCounts },
): KeyJson {
  const { kind, model, probeMode: mode } = key;
  const intervalSecs = key.probeIntervalSecs ?? defaultIntervalSecs;
  const costPerDay = expectedDailyProbeCost({ priceBook }, { kind, model, mode, intervalSecs, at: now });
  const isProbed = key.isActive && key.probeMode !== 'off';
  return {
    id: key.id,
    label: key.label,
    mask: key.mask,
    kind: key.kind,
    model: key.model,
    probeMode: key.probeMode,
    intervalSecs: key.probeIntervalSecs,
    dailyCapUsd: key.probeDailyCapUsd,
    active: key.isActive,
    createdAt: key.createdAt.toISOString(),
    health: displayedHealth(key, now, defaultIntervalSecs),
    healthSince: key.healthSince.toISOString(),
    lastOkAt: key.lastOkAt?.toISOString() ?? null,
    lastProbe: presentLastProbe(key),
    nextProbeAt: isProbed ? key.nextProbeAt.toISOString() : null,
    consecutiveFailures: key.consecutiveFailures,
    probes24h,
    expectedDailyCostUsd: formatUsdOrNull(costPerDay),
  };
}

function presentLastProbe(key: ProviderKeyView): KeyJson['lastProbe'] {
  return (
    key.lastProbeAt && {
      at: key.lastProbeAt.toISOString(),
      outcome: key.lastOutcome,
      httpStatus: key.lastHttpStatus,
      errorCode: key.lastErrorCode,
      errorMessage: key.lastErrorMessage,
      requestId: key.lastRequestId,
      latencyMs: key.lastLatencyMs,
    }
  );
}

export function presentProbe(run: ProbeRunView): z.input<typeof probeJson> {
  return { ...run, startedAt: run.startedAt.toISOString(), ok: run.outcome === 'ok' };
}
