import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '#core/problem.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { Actor } from '../audit/actor.js';
import { getProviderKey } from '../provider-keys/get-provider-key.js';
import { beginClaimedProbes } from './begin-claimed-probes.js';
import { carryOutProbe } from './carry-out-probe.js';
import { claimProbe } from './claim-probe.js';
import type { ProbeRecorder } from './create-probe-recorder.js';
import { findProbeRun, type ProbeRunView } from './probe-run.js';
import type { ProbeDeps } from './probe-settings.js';
import { leaseMarginMs } from './run-claimed-probes.js';
import { releaseClaims } from './release-claims.js';

export interface ProbeNowDeps extends ProbeDeps {
  db: Database;
  ring: MasterKeyRing;
  recorder: ProbeRecorder;
}

const lookAgainMs = 100;
const mostTurns = 3;

/**
 * Probes one key in this process and waits for its result. A run of the key that waits in a queue is carried out here
 * and now; while somebody is carrying it out already, that result is waited for, so that asking twice never pays twice.
 * `manual` is somebody's deed, and audited; `once` is the worker's.
 * @throws Problem `not-found`; `probe-in-progress` when the other run does not end within its deadline
 */
export async function probeNow(
  deps: ProbeNowDeps & { actor: Actor },
  tenantId: string,
  { providerKeyId, trigger }: { providerKeyId: string; trigger: 'manual' | 'once' },
): Promise<ProbeRunView> {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    await getProviderKey(deps, tenantId, providerKeyId);
    const claimed = await claimProbe(deps, tenantId, { providerKeyId, trigger });
    const runId = claimed ?? (await findLiveRun(deps, tenantId, providerKeyId));
    if (runId === null) continue; // the other run ended between the two looks
    const isOurs = await carryOut(deps, tenantId, runId);
    if (!isOurs) await waitForEnd(deps, tenantId, runId);
    const run = await findProbeRun(deps, tenantId, { providerKeyId, id: runId });
    if (run) return run;
  }
  throw inProgress();
}

/** False when there was nothing to begin, because somebody else has begun it. */
async function carryOut(deps: ProbeNowDeps, tenantId: string, runId: string): Promise<boolean> {
  const leaseMs = deps.settings.deadlineMs + leaseMarginMs;
  const [probe] = await beginClaimedProbes(deps, tenantId, { runIds: [runId], leaseMs });
  if (!probe) return false;
  try {
    await deps.recorder.record(await carryOutProbe(deps, probe));
    return true;
  } catch (error) {
    await releaseClaims(deps, tenantId, [probe]);
    throw error;
  }
}

async function findLiveRun(deps: ProbeNowDeps, tenantId: string, providerKeyId: string): Promise<string | null> {
  const claim = await withTenant(deps.db, tenantId, (tx) =>
    tx.probeClaim.findFirst({ where: { tenantId, providerKeyId }, select: { runId: true } }),
  );
  return claim?.runId ?? null;
}

/** Until the run has its result, or whoever began it has let its lease run out. */
async function waitForEnd(deps: ProbeNowDeps, tenantId: string, runId: string): Promise<void> {
  const giveUpAt = Date.now() + deps.settings.deadlineMs + leaseMarginMs;
  while (Date.now() < giveUpAt) {
    const claim = await withTenant(deps.db, tenantId, (tx) =>
      tx.probeClaim.findFirst({ where: { tenantId, runId, leaseExpiresAt: { gt: deps.clock.now() } } }),
    );
    if (!claim) return;
    await delay(lookAgainMs);
  }
  throw inProgress();
}

function inProgress(): Problem {
  return new Problem('probe-in-progress', {
    detail: 'This key is being probed already and the result is late. Try again in a minute.',
    retryAfterSecs: 60,
  });
}
