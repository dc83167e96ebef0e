import type { Logger } from '#core/logger.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import type { Actor } from '../audit/actor.js';
import { beginClaimedProbes, type BegunProbe } from './begin-claimed-probes.js';
import { carryOutProbe } from './carry-out-probe.js';
import type { ProbeRecorder } from './create-probe-recorder.js';
import type { ProbeSlots } from './create-probe-slots.js';
import type { ProbeDeps } from './probe-settings.js';
import { releaseClaims } from './release-claims.js';
import { settleUnbegunRuns } from './settle-unbegun-runs.js';

/** Between the end of a probe's deadline and the end of its lease: time to price and store it under load. */
export const leaseMarginMs = 30_000;

export interface RunDeps extends ProbeDeps {
  db: Database;
  ring: MasterKeyRing;
  recorder: ProbeRecorder;
  logger: Logger;
  /** This worker. */
  actor: Actor;
  slots: ProbeSlots;
  /** From when it aborts, no further probe begins; what was not begun is offered again when its claim's lease ends. */
  draining: AbortSignal;
  /** From when it aborts, probes under way are cut off and handed back. */
  cutOff: AbortSignal;
}

/**
 * Carries out claimed probes of one tenant, all at once within the slots. Runs that somebody else has begun or recorded
 * are passed over, so the same job may come twice; a run that the tenant does not have is refused, and audited. What fails on
 * our side is handed back for another attempt.
 */
export async function runClaimedProbes(deps: RunDeps, tenantId: string, runIds: readonly string[]): Promise<void> {
  const { most } = deps.slots;
  const portions = Array.from({ length: Math.ceil(runIds.length / most) }, (_, index) =>
    runIds.slice(index * most, (index + 1) * most),
  );
  await Promise.all(portions.map((portion) => runPortion(deps, tenantId, portion)));
}

async function runPortion(deps: RunDeps, tenantId: string, runIds: readonly string[]): Promise<void> {
  const begun = await beginWithinSlots(deps, tenantId, runIds);
  const results = await Promise.allSettled(begun.map((probe) => runProbe(deps, probe)));
  const unfinished = begun.filter((_, index) => results[index]?.status === 'rejected');
  if (unfinished.length > 0) await releaseClaims(deps, tenantId, unfinished);
  const unbegun = runIds.filter((id) => !begun.some(({ runId }) => runId === id));
  if (unbegun.length > 0 && !deps.draining.aborted) await settleUnbegunRuns(deps, tenantId, unbegun);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure && !deps.cutOff.aborted) throw failure.reason;
}

/** Slots first, because the lease runs from the beginning: a begun probe that waits for its slot could be overtaken. */
async function beginWithinSlots(deps: RunDeps, tenantId: string, runIds: readonly string[]): Promise<BegunProbe[]> {
  await deps.slots.take(tenantId, runIds.length);
  let begun: BegunProbe[] = [];
  try {
    const leaseMs = deps.settings.deadlineMs + leaseMarginMs;
    if (!deps.draining.aborted) begun = await beginClaimedProbes(deps, tenantId, { runIds, leaseMs });
    return begun;
  } finally {
    deps.slots.free(tenantId, runIds.length - begun.length);
  }
}

async function runProbe(deps: RunDeps, probe: BegunProbe): Promise<void> {
  try {
    await deps.recorder.record(await carryOutProbe(deps, probe, deps.cutOff));
  } finally {
    deps.slots.free(probe.tenantId, 1);
  }
}
