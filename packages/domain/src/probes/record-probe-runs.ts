import { formatUsdOrNull } from '#core/money.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { ProbeCallMode } from '#openai/probe-call.js';
import type { ProbeFinding } from '#openai/probe-finding.js';
import type { Cost } from '#pricing/cost-of.js';
import { forgetDaySumsAt } from '../books/forget-day-sums.js';
import type { KeyHealth } from '../provider-keys/key-health.js';
import type { BegunProbe } from './begin-claimed-probes.js';
import { type HealthRecord, nextHealth } from './next-health.js';
import { nextProbeDelayMs } from './next-probe-delay.js';
import { writeProbeRuns } from './write-probe-runs.js';

/** A probe that ended: what was asked, what was found, and what it cost. */
export interface EndedProbe {
  probe: BegunProbe;
  /** The mode that was really used; the daily cap may have chosen the free one. */
  modeUsed: ProbeCallMode;
  startedAt: Date;
  finding: ProbeFinding;
  /** Null when nothing was consumed. */
  cost: Cost | null;
}

export interface HealthPolicy {
  /** Bad findings in a row before a key's health changes. */
  failuresBeforeChange: number;
  defaultIntervalSecs: number;
}

export interface RecordedProbe {
  runId: string;
  health: KeyHealth;
}

export interface KeyState extends HealthRecord {
  runId: string;
  id: string;
  secretRevision: number;
  probeIntervalSecs: number | null;
}

/**
 * Writes runs, usage, rollups and health of one tenant's ended probes in one transaction. A run counts only if its claim
 * is still there to be deleted, so recording the same run again, or an attempt that was overtaken, changes nothing.
 * @returns the runs that counted, with the health their keys now have
 */
export async function recordProbeRuns(
  deps: { db: Database; policy: HealthPolicy },
  tenantId: string,
  ended: readonly EndedProbe[],
): Promise<RecordedProbe[]> {
  return withTenant(deps.db, tenantId, async (tx) => {
    await forgetDaySumsAt(
      tx,
      'measured',
      ended.map(({ startedAt }) => startedAt),
    );
    const states = await takeClaims(
      tx,
      ended.map(({ probe }) => probe.runId),
    );
    const byRun = new Map(states.map((state) => [state.runId, state]));
    const counted = ended.flatMap((one) => {
      const state = byRun.get(one.probe.runId);
      byRun.delete(one.probe.runId); // two attempts of a run may end together; one counts
      return state ? [toRow(one, state, deps.policy)] : [];
    });
    if (counted.length > 0) await writeProbeRuns(tx, counted);
    return counted.map(({ run_id: runId, health }) => ({ runId, health }));
  });
}

/**
 * Locks the keys until the commit, so that each health follows from the one before, and deletes the claims. In that order,
 * which is that of the sweep, so that the two never wait for each other.
 */
function takeClaims(tx: Tx, runIds: string[]): Promise<KeyState[]> {
  return tx.$queryRaw<KeyState[]>`
    WITH held AS (
      SELECT c.run_id, k.id, k.secret_revision, k.probe_interval_secs, k.health, k.health_since, k.health_at,
             k.consecutive_failures, k.last_outcome
      FROM probe_claim c JOIN provider_key k ON k.tenant_id = c.tenant_id AND k.id = c.provider_key_id
      WHERE c.tenant_id = current_tenant_id() AND c.run_id = ANY(${runIds}::uuid[])
      ORDER BY k.id FOR NO KEY UPDATE OF k
    ), taken AS (
      DELETE FROM probe_claim c USING held WHERE c.tenant_id = current_tenant_id() AND c.run_id = held.run_id
      RETURNING c.run_id
    )
    SELECT run_id AS "runId", id, secret_revision AS "secretRevision", probe_interval_secs AS "probeIntervalSecs", health,
           health_since AS "healthSince", health_at AS "healthAt", consecutive_failures AS "consecutiveFailures",
           last_outcome AS "lastOutcome"
    FROM taken JOIN held USING (run_id)`;
}

export type ProbeRunRow = ReturnType<typeof toRow>;

function toRow({ probe, modeUsed, startedAt, finding, cost }: EndedProbe, state: KeyState, policy: HealthPolicy) {
  const after = nextHealth(state, { outcome: finding.outcome, at: startedAt }, policy.failuresBeforeChange);
  const intervalMs = (state.probeIntervalSecs ?? policy.defaultIntervalSecs) * 1000;
  const delayMs = nextProbeDelayMs(after, { intervalMs, failuresBeforeChange: policy.failuresBeforeChange });
  return {
    run_id: probe.runId,
    provider_key_id: probe.providerKeyId,
    trigger: probe.trigger,
    mode: modeUsed,
    model: finding.model ?? probe.model,
    started_at: startedAt,
    outcome: finding.outcome,
    http_status: finding.httpStatus,
    error_code: finding.errorCode,
    error_message: finding.errorMessage,
    latency_ms: Math.round(finding.latencyMs),
    request_id: finding.requestId,
    rate_limit: finding.rateLimit,
    usage: finding.usage,
    service_tier: finding.serviceTier ?? 'default',
    cost_usd: formatUsdOrNull(cost?.costPicoUsd ?? null),
    cost_basis: cost?.basis ?? null,
    cost_reason: cost && cost.basis !== 'exact' ? cost.reason : null,
    price_version: cost?.priceVersion ?? null,
    // A secret that was replaced meanwhile is not judged by what its predecessor met.
    judges_key: probe.secretRevision === state.secretRevision,
    health: after.health,
    health_since: after.healthSince,
    health_at: after.healthAt,
    consecutive_failures: after.consecutiveFailures,
    // Null keeps what the sweep has set, jitter included; a probe that a person asked for restarts the interval.
    next_probe_at:
      probe.trigger === 'schedule' && delayMs === intervalMs ? null : new Date(startedAt.getTime() + delayMs),
  };
}
