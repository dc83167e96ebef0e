import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { untilSomebodyWaits } from '#testing/until-somebody-waits.js';
import { deleteProviderKey } from '../provider-keys/delete-provider-key.js';
import { beginClaimedProbes } from './begin-claimed-probes.js';
import { type ClaimedRun, queuedLeaseMs, unscopedClaimDueProbes } from './unscoped-claim-due-probes.js';
import { claimProbe } from './claim-probe.js';
import { unscopedReclaimExpiredProbes } from './unscoped-reclaim-expired-probes.js';
import { releaseClaims } from './release-claims.js';

let home: TestInstallation;
let acme: string;
let other: string;
beforeAll(async () => {
  home = await createTestInstallation();
  acme = (await home.addTenant('acme')).id;
  other = (await home.addTenant('other')).id;
});
afterAll(() => home.close());

// Every test sees the keys it made itself, and no other is due.
beforeEach(async () => {
  for (const tenantId of [acme, other]) {
    await withTenant(home.db, tenantId, async (tx) => {
      await tx.probeClaim.deleteMany();
      await tx.providerKey.updateMany({ data: { isActive: false } });
    });
  }
});

/** Keys that are due, without a secret that could be opened. */
async function addKeys(count: number, data: object = {}, tenantId = acme): Promise<string[]> {
  const keys = Array.from({ length: count }, () => ({
    tenantId,
    id: crypto.randomUUID(),
    label: crypto.randomUUID(),
    mask: 'sk-…test',
    model: 'gpt-4o-mini',
    probeDailyCapUsd: '0.05',
    sealedSecret: new Uint8Array(1),
    fingerprint: crypto.getRandomValues(new Uint8Array(32)),
    nextProbeAt: home.clock.now(),
    ...data,
  }));
  await withTenant(home.db, tenantId, (tx) => tx.providerKey.createMany({ data: keys }));
  return keys.map(({ id }) => id);
}

const claimDue = (limit = 1000) => unscopedClaimDueProbes(home, { limit, defaultIntervalSecs: 300 });
const claims = () => withTenant(home.db, acme, (tx) => tx.probeClaim.findMany());
const begin = (runs: readonly ClaimedRun[], leaseMs = 40_000) =>
  beginClaimedProbes(home, acme, { runIds: runs.map(({ runId }) => runId), leaseMs });
const secsFromNow = (secs: number) => new Date(home.clock.now().getTime() + secs * 1000);

test('what is due by now is claimed, to the millisecond, oldest first and at most the limit', async () => {
  const [early, now] = [await addKeys(1, { nextProbeAt: secsFromNow(-60) }), await addKeys(1)];
  await addKeys(1, { nextProbeAt: secsFromNow(0.001) });
  expect(await claimDue(1)).toHaveLength(1);
  expect((await claims()).map(({ providerKeyId }) => providerKeyId)).toEqual(early);
  expect(await claimDue()).toHaveLength(1);
  expect(new Set((await claims()).map(({ providerKeyId }) => providerKeyId))).toEqual(new Set([...early, ...now]));
  expect(await claimDue()).toEqual([]);
});

test('an inactive, an unprobed and a deleted key are never claimed, nor a suspended tenant’s', async () => {
  await addKeys(1, { isActive: false });
  await addKeys(1, { probeMode: 'off' });
  await deleteProviderKey(home, acme, (await addKeys(1))[0] ?? '');
  await addKeys(1, {}, other);
  const setStatus = (status: string) =>
    withTenant(home.db, other, (tx) => tx.tenant.update({ where: { id: other }, data: { status } }));
  await setStatus('suspended');
  expect(await claimDue()).toEqual([]);
  await setStatus('active');
  expect(await claimDue()).toEqual([{ tenantId: other, runId: expect.any(String) }]);
});

test('a claim moves the next probe one interval on, give or take ten per cent, each key by its own draw', async () => {
  const own = await addKeys(60, { probeIntervalSecs: 1000 });
  const byDefault = await addKeys(60);
  await claimDue();
  const rows = await withTenant(home.db, acme, (tx) => tx.providerKey.findMany({ where: { isActive: true } }));
  const waits = (ids: string[]) =>
    rows.filter(({ id }) => ids.includes(id)).map((row) => row.nextProbeAt.getTime() - home.clock.now().getTime());
  for (const [ids, intervalMs] of [
    [own, 1_000_000],
    [byDefault, 300_000],
  ] as const) {
    expect(waits(ids)).toHaveLength(60);
    expect(Math.min(...waits(ids))).toBeGreaterThanOrEqual(0.9 * intervalMs);
    expect(Math.max(...waits(ids))).toBeLessThanOrEqual(1.1 * intervalMs);
    expect(new Set(waits(ids)).size).toBeGreaterThan(50);
  }
});

test('eight sweepers at once claim two hundred keys once each', async () => {
  const ids = await addKeys(200);
  const claimed = (await Promise.all(Array.from({ length: 8 }, () => claimDue(60)))).flat();
  const rest = await claimDue();
  expect(claimed.length + rest.length).toBe(200);
  expect(new Set([...claimed, ...rest].map(({ runId }) => runId)).size).toBe(200);
  expect((await claims()).map(({ providerKeyId }) => providerKeyId).toSorted()).toEqual(ids.toSorted());
});

test('a key that is claimed already is not claimed again when it is due again, nor does it stand in the way of others', async () => {
  const [id = ''] = await addKeys(1);
  await claimDue();
  const nextProbeAt = secsFromNow(-60);
  await withTenant(home.db, acme, (tx) => tx.providerKey.updateMany({ where: { id }, data: { nextProbeAt } }));
  expect(await claimDue()).toEqual([]);
  expect(await claimProbe(home, acme, { providerKeyId: id, trigger: 'manual' })).toBeNull();
  await addKeys(1);
  expect(await claimDue(1)).toHaveLength(1);
  const row = await withTenant(home.db, acme, (tx) => tx.providerKey.findFirstOrThrow({ where: { id } }));
  expect(row.nextProbeAt).toEqual(nextProbeAt);
});

test('a key that somebody is changing at the moment holds up no sweep', async () => {
  const [busy = ''] = await addKeys(1, { nextProbeAt: secsFromNow(-60) });
  await addKeys(1);
  await withOwnerConnection(home.url, async (owner) => {
    await owner.query('BEGIN');
    await owner.query('UPDATE provider_key SET label = label WHERE id = $1', [busy]);
    expect(await claimDue()).toHaveLength(1);
    await owner.query('ROLLBACK');
  });
  expect(await claimDue()).toHaveLength(1);
});

test('an expired lease is offered again under the same run id, and not a millisecond earlier', async () => {
  await addKeys(1);
  const [run] = await claimDue();
  const reclaim = () => unscopedReclaimExpiredProbes(home, { limit: 10 });
  home.clock.advance(queuedLeaseMs - 1);
  expect(await reclaim()).toEqual([]);
  home.clock.advance(1);
  expect(await reclaim()).toEqual([run]);
  expect(await reclaim()).toEqual([]);
  expect(await claims()).toMatchObject([{ attempts: 2, startedAttempts: 0 }]);
});

test('sweepers that reclaim at once offer an expired run to one of them, and do not wait for each other', async () => {
  await addKeys(50);
  await claimDue();
  home.clock.advance(queuedLeaseMs);
  await withOwnerConnection(home.url, async (owner) => {
    await owner.query('BEGIN');
    // What a sweeper does that is not yet done.
    await owner.query(`UPDATE probe_claim SET attempts = attempts + 1, lease_expires_at = lease_expires_at + interval '1 h'
      WHERE run_id IN (SELECT run_id FROM probe_claim LIMIT 10)`);
    const sweepers = Array.from({ length: 5 }, () => unscopedReclaimExpiredProbes(home, { limit: 50 }));
    expect((await Promise.all(sweepers)).flat()).toHaveLength(40);
    await owner.query('COMMIT');
  });
  expect(await unscopedReclaimExpiredProbes(home, { limit: 50 })).toEqual([]);
});

test('an attempt is begun once, though its job arrives five times at once and again later', async () => {
  await addKeys(20);
  const runs = await claimDue();
  const begun = (await Promise.all(Array.from({ length: 5 }, () => begin(runs)))).flat();
  expect(begun.map(({ runId }) => runId).toSorted()).toEqual(runs.map(({ runId }) => runId).toSorted());
  expect(await begin(runs)).toEqual([]);
});

test('after its lease a begun attempt may be begun once more', async () => {
  await addKeys(1);
  const runs = await claimDue();
  const [first] = await begin(runs);
  expect(first?.leaseExpiresAt).toEqual(secsFromNow(40));
  home.clock.advance(40_000);
  expect(await begin(runs)).toEqual([]);
  expect(await unscopedReclaimExpiredProbes(home, { limit: 10 })).toEqual(runs);
  expect(await begin(runs)).toMatchObject([{ runId: first?.runId }]);
  expect(await begin(runs)).toEqual([]);
});

test('another tenant’s runs are not begun', async () => {
  await addKeys(1);
  const [run] = await claimDue();
  expect(await beginClaimedProbes(home, other, { runIds: [run?.runId ?? ''], leaseMs: 1 })).toEqual([]);
  expect(await claims()).toMatchObject([{ startedAttempts: 0 }]);
});

test('a key that was deleted before its probe began is not opened', async () => {
  const [id] = await addKeys(1);
  const runs = await claimDue();
  await deleteProviderKey(home, acme, id ?? '');
  expect(await begin(runs)).toEqual([]);
});

test('a released attempt is offered again at once', async () => {
  await addKeys(2);
  const runs = await claimDue();
  await releaseClaims(home, acme, await begin(runs));
  const offered = await unscopedReclaimExpiredProbes(home, { limit: 10 });
  expect(new Set(offered)).toEqual(new Set(runs));
});

test('an attempt that was overtaken cannot release the lease of the one that overtook it', async () => {
  await addKeys(1);
  const runs = await claimDue();
  const late = await begin(runs);
  home.clock.advance(40_000);
  await unscopedReclaimExpiredProbes(home, { limit: 10 });
  const [second] = await begin(runs);
  await releaseClaims(home, acme, late);
  expect((await claims())[0]?.leaseExpiresAt).toEqual(second?.leaseExpiresAt);
});

test('a claim by hand takes over a run whose lease ended, and keeps its id', async () => {
  const [id = ''] = await addKeys(1);
  const [run] = await claimDue();
  const claim = () => claimProbe(home, acme, { providerKeyId: id, trigger: 'manual' });
  home.clock.advance(queuedLeaseMs - 1);
  expect(await claim()).toBeNull();
  home.clock.advance(1);
  expect(await claim()).toBe(run?.runId);
  expect(await claim()).toBeNull();
});

test('of a sweep and a claim by hand at the very same moment, one gets the key and neither fails', async () => {
  for (let round = 0; round < 12; round += 1) {
    const [id = ''] = await addKeys(1);
    const claimed = await withOwnerConnection(home.url, async (owner) => {
      // A claim that is not to be: both wait for it, the sweep with the key in hand, and both try when it is gone.
      await owner.query('BEGIN');
      await owner.query('SET LOCAL session_replication_role = replica'); // no share of the key's lock, for which a sweep passes by
      await owner.query(
        `INSERT INTO probe_claim (tenant_id, run_id, provider_key_id, trigger, claimed_at, lease_expires_at)
         VALUES ($1, gen_random_uuid(), $2, 'schedule', now(), now())`,
        [acme, id],
      );
      const sweep = claimDue();
      await untilSomebodyWaits(home.db);
      const byHand = claimProbe(home, acme, { providerKeyId: id, trigger: 'manual' });
      await untilSomebodyWaits(home.db, { atLeast: 2 });
      await owner.query('ROLLBACK');
      return Promise.all([sweep, byHand]);
    });
    const [[swept], byHand] = claimed;
    expect(await claims()).toMatchObject([{ runId: swept?.runId ?? byHand }]);
    expect(swept === undefined || byHand === null).toBe(true);
    await withTenant(home.db, acme, (tx) => tx.probeClaim.deleteMany());
    await withTenant(home.db, acme, (tx) => tx.providerKey.updateMany({ data: { isActive: false } }));
  }
});

test('of many who claim one key by hand at once, one gets it', async () => {
  const [id = ''] = await addKeys(1);
  const claimed = await Promise.all(
    Array.from({ length: 8 }, () => claimProbe(home, acme, { providerKeyId: id, trigger: 'manual' })),
  );
  expect(claimed.filter((runId) => runId !== null)).toHaveLength(1);
});
