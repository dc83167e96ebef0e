import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { beginClaimedProbes } from './begin-claimed-probes.js';
import { carryOutProbe } from './carry-out-probe.js';
import type { ProbeRecorder } from './create-probe-recorder.js';
import type { ProbeDeps } from './probe-settings.js';
import { releaseClaims } from './release-claims.js';

/** Between the end of a probe's deadline and the end of its lease: time to price and store it under load. */
export const leaseMarginMs = 30_000;

export interface ProbeSlots {
  /** Runs `work` when the process and the tenant have a free place, and counts it as in flight. */
  run<T>(tenantId: string, work: () => Promise<T>): Promise<T>;
}

export interface RunDeps extends ProbeDeps {
  db: Database;
  ring: MasterKeyRing;
  recorder: ProbeRecorder;
  slots: ProbeSlots;
  /** Aborts when the process must end: probes under way are cut off and handed back. */
  stopping: AbortSignal;
}

/**
 * Carries out claimed probes of one tenant, all at once within the slots. Runs that somebody else has begun or recorded
 * are passed over, so the same job may come twice. What fails on our side is handed back for another attempt.
 */
export async function runClaimedProbes(deps: RunDeps, tenantId: string, runIds: readonly string[]): Promise<void> {
  const leaseMs = deps.settings.deadlineMs + leaseMarginMs;
  const begun = await beginClaimedProbes(deps, tenantId, { runIds, leaseMs });
  const results = await Promise.allSettled(
    begun.map(async (probe) => {
      const ended = await deps.slots.run(tenantId, () => {
        deps.stopping.throwIfAborted();
        return carryOutProbe(deps, probe, deps.stopping);
      });
      await deps.recorder.record(ended);
    }),
  );
  const unfinished = begun.filter((_, index) => results[index]?.status === 'rejected').map(({ runId }) => runId);
  if (unfinished.length === 0) return;
  await releaseClaims(deps, tenantId, unfinished);
  const failure = results.find((result) => result.status === 'rejected');
  if (!deps.stopping.aborted) throw failure?.reason;
}
