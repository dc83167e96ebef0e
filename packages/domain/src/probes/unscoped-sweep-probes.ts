import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import type { Queues } from '#queue/open-queues.js';
import { type ClaimedRun, unscopedClaimDueProbes } from './unscoped-claim-due-probes.js';
import { unscopedReclaimExpiredProbes } from './unscoped-reclaim-expired-probes.js';

const claimsPerRound = 1000;
const roundsPerSweep = 20;
const runsPerJob = 20;

/**
 * Claims what is due and enqueues it, tenant by tenant in small jobs, until nothing is left or a bound is met.
 * A crash between claim and enqueue costs a lease, not a probe.
 * @returns how many probes were enqueued
 */
export async function unscopedSweepProbes(
  deps: { db: Database; clock: Clock; queues: Pick<Queues, 'add'> },
  { defaultIntervalSecs }: { defaultIntervalSecs: number },
): Promise<number> {
  let enqueued = 0;
  for (let round = 0; round < roundsPerSweep; round += 1) {
    const expired = await unscopedReclaimExpiredProbes(deps, { limit: claimsPerRound });
    const due = await unscopedClaimDueProbes(deps, { limit: claimsPerRound, defaultIntervalSecs });
    const runs = [...expired, ...due];
    await deps.queues.add('run-probes', toPayloads(runs));
    enqueued += runs.length;
    if (due.length < claimsPerRound && expired.length < claimsPerRound) break;
  }
  return enqueued;
}

function toPayloads(runs: readonly ClaimedRun[]): { tenantId: string; runIds: string[] }[] {
  const byTenant = new Map<string, string[]>();
  for (const { tenantId, runId } of runs) {
    const runIds = byTenant.get(tenantId);
    if (runIds) runIds.push(runId);
    else byTenant.set(tenantId, [runId]);
  }
  return [...byTenant].flatMap(([tenantId, runIds]) =>
    Array.from({ length: Math.ceil(runIds.length / runsPerJob) }, (_, index) => ({
      tenantId,
      runIds: runIds.slice(index * runsPerJob, (index + 1) * runsPerJob),
    })),
  );
}
