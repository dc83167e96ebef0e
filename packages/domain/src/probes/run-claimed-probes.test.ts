import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import type { Behaviour } from '#simulator/simulated-key.js';
import { eventually } from '#testing/eventually.js';
import {
  createProbingInstallation,
  type ProbingInstallation,
  type StoredTestKey,
} from '#testing/probing-installation.js';
import { getProviderKey } from '../provider-keys/get-provider-key.js';
import { claimProbe } from './claim-probe.js';
import { createProbeSlots } from './create-probe-slots.js';
import { listProbeRuns } from './probe-run.js';
import { unscopedReclaimExpiredProbes } from './unscoped-reclaim-expired-probes.js';
import { type RunDeps, runClaimedProbes } from './run-claimed-probes.js';

let home: ProbingInstallation;
let tenantId: string;
beforeAll(async () => {
  home = await createProbingInstallation();
  tenantId = home.tenant.id;
});
afterAll(() => home.close());

interface ClaimedKey extends StoredTestKey {
  runId: string;
}

async function addClaimed(...behaviours: Behaviour[]): Promise<ClaimedKey[]> {
  const keys: ClaimedKey[] = [];
  for (const behaviour of behaviours) {
    const key = await home.addKey(behaviour);
    const runId = await claimProbe(home, tenantId, { providerKeyId: key.id, trigger: 'once' });
    keys.push({ ...key, runId: runId ?? '' });
  }
  return keys;
}

function run(keys: readonly ClaimedKey[], changes: Partial<RunDeps> = {}): Promise<void> {
  const deps = {
    ...home,
    slots: createProbeSlots({ total: 100, perTenant: 100 }),
    draining: new AbortController().signal,
    cutOff: new AbortController().signal,
    ...changes,
  };
  return runClaimedProbes(
    deps,
    tenantId,
    keys.map(({ runId }) => runId),
  );
}

const runsOf = async (key: ClaimedKey) =>
  (await listProbeRuns(home, tenantId, { providerKeyId: key.id, limit: 10 })).items;
const requestsOf = (keys: readonly ClaimedKey[]) => keys.map(({ secret }) => home.requestsWith(secret).paid);
const claimsOf = (keys: readonly ClaimedKey[]) =>
  withTenant(home.db, tenantId, (tx) =>
    tx.probeClaim.findMany({ where: { runId: { in: keys.map(({ runId }) => runId) } } }),
  );

test('every probe of a job is carried out and recorded, each with its own finding', async () => {
  const keys = await addClaimed('healthy', 'invalid', 'no-credit');
  await run(keys);
  const outcomes = await Promise.all(keys.map(async (key) => (await runsOf(key)).map(({ outcome }) => outcome)));
  expect(outcomes).toEqual([['ok'], ['invalid-key'], ['quota-exhausted']]);
  expect(await claimsOf(keys)).toEqual([]);
});

test('a job that comes twice, at once or later, pays and records once', async () => {
  const keys = await addClaimed('healthy', 'healthy');
  await Promise.all([run(keys), run(keys), run(keys)]);
  await run(keys);
  expect(requestsOf(keys)).toEqual([1, 1]);
  expect(await Promise.all(keys.map(async (key) => (await runsOf(key)).length))).toEqual([1, 1]);
});

test('a key that hangs ends with its deadline and holds up nobody', async () => {
  const keys = await addClaimed('hang', 'healthy');
  // Which the healthy one has as well, on a machine that may be busy.
  await run(keys, { settings: { ...home.settings, deadlineMs: 2_000 } });
  const [hanging] = await runsOf(keys[0] as ClaimedKey);
  expect(hanging).toMatchObject({ outcome: 'timeout', costUsd: null });
  expect((await getProviderKey(home, tenantId, keys[0]?.id ?? '')).health).toBe('unknown');
  expect((await runsOf(keys[1] as ClaimedKey))[0]?.outcome).toBe('ok');
});

test('when the process stops, what is under way is cut off and handed back, and what has ended is kept', async () => {
  const keys = await addClaimed('hang', 'healthy');
  const stopping = new AbortController();
  const running = run(keys, { cutOff: stopping.signal });
  await eventually(
    'the one is under way and the other has ended',
    async () => requestsOf(keys).every((count) => count === 1) && (await claimsOf(keys)).length === 1,
  );
  stopping.abort(new Error('stopping'));
  await running;
  expect(await runsOf(keys[0] as ClaimedKey)).toEqual([]);
  expect(await runsOf(keys[1] as ClaimedKey)).toHaveLength(1);
  const offered = await unscopedReclaimExpiredProbes(home, { limit: 10 });
  expect(offered).toEqual([{ tenantId, runId: keys[0]?.runId }]);
});

test('when the process drains, nothing further is begun', async () => {
  const keys = await addClaimed('healthy');
  const draining = new AbortController();
  draining.abort();
  await run(keys, { draining: draining.signal });
  expect(requestsOf(keys)).toEqual([0]);
  expect(await claimsOf(keys)).toMatchObject([{ startedAttempts: 0 }]);
  await run(keys);
  expect(requestsOf(keys)).toEqual([1]);
});

test('what fails on our side is handed back and told, and the others are kept', async () => {
  const keys = await addClaimed('healthy', 'healthy');
  const failing = keys[0] as ClaimedKey;
  const recorder: RunDeps['recorder'] = {
    record: (ended) =>
      ended.probe.runId === failing.runId ? Promise.reject(new Error('no room')) : home.recorder.record(ended),
  };
  await expect(run(keys, { recorder })).rejects.toThrow('no room');
  expect(await runsOf(failing)).toEqual([]);
  expect(await unscopedReclaimExpiredProbes(home, { limit: 10 })).toEqual([{ tenantId, runId: failing.runId }]);
  await run([failing]);
  expect(await runsOf(failing)).toHaveLength(1);
});

test('places are given back whatever becomes of a probe, so that two are enough for many', async () => {
  const slots = createProbeSlots({ total: 2, perTenant: 2 });
  const keys = await addClaimed('healthy', 'invalid', 'healthy', 'disconnect', 'healthy');
  await run(keys.slice(0, 3), { slots });
  await run(keys, { slots });
  const counts = await Promise.all(keys.map(async (key) => (await runsOf(key)).length));
  expect(counts).toEqual([1, 1, 1, 1, 1]);
  await slots.take(tenantId, 2);
});
