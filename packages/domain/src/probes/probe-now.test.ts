import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatUsd, parseUsd } from '#core/money.js';
import { createMasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { dumpDatabase } from '#testing/dump-database.js';
import { createProbingInstallation, type ProbingInstallation } from '#testing/probing-installation.js';
import { deleteProviderKey } from '../provider-keys/delete-provider-key.js';
import { displayedHealth } from '../provider-keys/displayed-health.js';
import { getProviderKey } from '../provider-keys/get-provider-key.js';
import { resumeTenant } from '../tenants/resume-tenant.js';
import { suspendTenant } from '../tenants/suspend-tenant.js';
import { beginClaimedProbes } from './begin-claimed-probes.js';
import { unscopedClaimDueProbes } from './unscoped-claim-due-probes.js';
import { claimProbe } from './claim-probe.js';
import { expectedProbeCost, probeCostUnderCap } from './expected-probe-cost.js';
import { listProbeRuns } from './probe-run.js';
import { probeNow } from './probe-now.js';

let home: ProbingInstallation;
let tenantId: string;
beforeAll(async () => {
  home = await createProbingInstallation();
  tenantId = home.tenant.id;
});
afterAll(() => home.close());

const probe = (providerKeyId: string, deps = home) => probeNow(deps, tenantId, { providerKeyId, trigger: 'manual' });
const claimsOf = (providerKeyId: string) =>
  withTenant(home.db, tenantId, (tx) => tx.probeClaim.findMany({ where: { providerKeyId } }));

test('a probe says what it found and what it cost, and leaves no claim', async () => {
  const { id, secret } = await home.addKey('healthy');
  const run = await probe(id);
  expect(run).toMatchObject({
    providerKeyId: id,
    trigger: 'manual',
    mode: 'completion',
    model: 'gpt-4o-mini-2024-07-18',
    outcome: 'ok',
    httpStatus: 200,
    costBasis: 'exact',
    requestId: expect.any(String),
  });
  expect(Number(run.costUsd)).toBeGreaterThan(0);
  expect(home.requestsWith(secret)).toEqual({ paid: 1, free: 0 });
  expect(await claimsOf(id)).toEqual([]);
  expect((await getProviderKey(home, tenantId, id)).health).toBe('healthy');
});

test('a probe never costs more than was expected before it was switched on', async () => {
  for (const model of ['gpt-4o-mini', 'gpt-4.1', 'gpt-5', 'gpt-5.1', 'o3']) {
    const { id } = await home.addKey('healthy', { model });
    const key = { kind: 'project', mode: 'completion', model, at: home.clock.now() } as const;
    const expected = expectedProbeCost({ priceBook: home.priceBooks.base }, key) ?? 0n;
    const paid = parseUsd((await probe(id)).costUsd ?? '');
    expect([model, paid > 0n && paid <= expected]).toEqual([model, true]);
  }
});

test('an answer that does not say what it used is a request of unknown cost, which the cap counts', async () => {
  const { id } = await home.addKey('healthy', { dailyCapUsd: '0.0000024' });
  const withoutUsage: typeof fetch = async (...request) => {
    const answer = await fetch(...request);
    const body = (await answer.json()) as Record<string, unknown>;
    return Response.json({ ...body, usage: undefined }, { status: answer.status, headers: answer.headers });
  };
  const first = await probe(id, { ...home, fetch: withoutUsage });
  expect(first).toMatchObject({ outcome: 'ok', costUsd: null, costBasis: 'unpriced', costReason: 'usage-unknown' });
  expect(await probe(id)).toMatchObject({ outcome: 'ok', mode: 'models' });
});

test.each([
  ['invalid', 'invalid-key', 'dead'],
  ['no-credit', 'quota-exhausted', 'out-of-credit'],
  ['missing-scope', 'missing-scope', 'lacks-scope'],
  ['server-error', 'provider-error', 'unknown'],
] as const)(
  'a key that is %s is found to be so, without its secret in any trace',
  async (behaviour, outcome, health) => {
    const { id, secret } = await home.addKey(behaviour);
    expect(await probe(id)).toMatchObject({ outcome, costUsd: null, costBasis: null });
    expect((await getProviderKey(home, tenantId, id)).health).toBe(health);
    const dump = await dumpDatabase(home.url);
    expect(dump).not.toContain(secret);
    // OpenAI repeats a refused key masked, which our own mask (with an ellipsis) is not.
    expect(dump).not.toMatch(/sk-proj-\*/);
  },
);

test('an admin key is probed without running a model', async () => {
  const { id, secret } = await home.addKey('healthy', { secretKind: 'admin' });
  expect(await probe(id)).toMatchObject({ outcome: 'ok', costUsd: null });
  expect(home.requestsWith(secret)).toEqual({ paid: 0, free: 1 });
});

test('a key whose probe is free, or off, is proved without paying', async () => {
  for (const probeMode of ['models', 'off'] as const) {
    const { id, secret } = await home.addKey('healthy', { probeMode });
    expect(await probe(id)).toMatchObject({ outcome: 'ok', mode: 'models', costUsd: null });
    expect(home.requestsWith(secret)).toEqual({ paid: 0, free: 1 });
  }
});

test('above its daily cap a key goes on being proved by the free probe, until the next UTC day', async () => {
  const key = { kind: 'project', mode: 'completion', model: 'gpt-4o-mini', at: home.clock.now() } as const;
  const expected = expectedProbeCost({ priceBook: home.priceBooks.base }, key) ?? 0n;
  const { id: other } = await home.addKey('healthy');
  const paid = parseUsd((await probe(other)).costUsd ?? '');
  // Room for two probes as they really cost, and for the third as it is expected to cost, but not for a fourth.
  const { id, secret } = await home.addKey('healthy', { dailyCapUsd: formatUsd(2n * paid + expected) });
  const modes = [];
  for (let index = 0; index < 5; index += 1) modes.push((await probe(id)).mode);
  expect(modes).toEqual(['completion', 'completion', 'completion', 'models', 'models']);
  expect(home.requestsWith(secret)).toEqual({ paid: 3, free: 2 });

  const now = home.clock.now();
  const midnight = new Date(`${now.toISOString().slice(0, 10)}T00:00:00Z`).getTime() + 86_400_000;
  home.clock.set(new Date(midnight - 1));
  expect((await probe(id)).mode).toBe('models');
  home.clock.set(new Date(midnight));
  expect((await probe(id)).mode).toBe('completion');
  home.clock.set(now);
});

test('a model without a price cannot open the cap: each of its probes counts as the dearest', async () => {
  // The simulator knows the model and this book does not.
  const { base } = home.priceBooks;
  const modelByName = new Map([...base.modelByName].filter(([name]) => !name.startsWith('gpt-4o-mini')));
  const priceBook = { ...base, modelByName };
  const deps = { ...home, priceBooks: { ...home.priceBooks, of: () => Promise.resolve(priceBook) } };
  const asked = { kind: 'project', mode: 'completion', model: 'gpt-4o-mini', at: home.clock.now() } as const;
  const assumed = probeCostUnderCap({ priceBook }, asked);
  expect(assumed).toBeGreaterThan(0n);
  const { id, secret } = await home.addKey('healthy', { dailyCapUsd: formatUsd(2n * assumed) });
  const runs = [await probe(id, deps), await probe(id, deps), await probe(id, deps)];
  expect(runs.map(({ mode, costBasis }) => [mode, costBasis])).toEqual([
    ['completion', 'unpriced'],
    ['completion', 'unpriced'],
    ['models', null],
  ]);
  expect(home.requestsWith(secret)).toEqual({ paid: 2, free: 1 });
});

test('asking for a key that is being probed waits for that run and does not pay twice', async () => {
  const slow = await createProbingInstallation({ latencyMs: 300 });
  try {
    const { id, secret } = await slow.addKey('healthy');
    const ask = () => probeNow(slow, slow.tenant.id, { providerKeyId: id, trigger: 'manual' });
    const runs = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(runs.map((run) => run.id)).size).toBe(1);
    expect(slow.requestsWith(secret)).toEqual({ paid: 1, free: 0 });
  } finally {
    await slow.close();
  }
});

test('a run that only waits in the queue is carried out at once, and its job then finds nothing to do', async () => {
  const { id, secret } = await home.addKey('healthy');
  const claimed = await unscopedClaimDueProbes(home, { limit: 1000, defaultIntervalSecs: 300 });
  const run = await probe(id);
  expect(run.trigger).toBe('schedule');
  expect(claimed.map(({ runId }) => runId)).toContain(run.id);
  expect(await beginClaimedProbes(home, tenantId, { runIds: [run.id], leaseMs: 1 })).toEqual([]);
  expect(home.requestsWith(secret)).toEqual({ paid: 1, free: 0 });
});

test('a run that somebody has begun and does not end is reported as in progress', async () => {
  const { id, secret } = await home.addKey('healthy');
  const runId = await claimProbe(home, tenantId, { providerKeyId: id, trigger: 'manual' });
  await beginClaimedProbes(home, tenantId, { runIds: [runId ?? ''], leaseMs: 40_000 });
  const settings = { ...home.settings, deadlineMs: -29_800 }; // two tenths of a second with the margin
  await expect(probe(id, { ...home, settings })).rejects.toMatchObject({
    code: 'probe-in-progress',
    retryAfterSecs: 60,
  });
  expect(home.requestsWith(secret)).toEqual({ paid: 0, free: 0 });
});

test('a run that a worker left behind days ago is carried out under its id and found', async () => {
  const { id, secret } = await home.addKey('healthy');
  const runId = await claimProbe(home, tenantId, { providerKeyId: id, trigger: 'manual' });
  const now = home.clock.now();
  home.clock.advance(3 * 86_400_000);
  expect((await probe(id)).id).toBe(runId);
  expect(home.requestsWith(secret)).toEqual({ paid: 1, free: 0 });
  home.clock.set(now);
});

test('what fails on our side is handed back and not recorded', async () => {
  const { id } = await home.addKey('healthy');
  const recorder = { record: () => Promise.reject(new Error('the database went away')) };
  await expect(probe(id, { ...home, recorder })).rejects.toThrow('the database went away');
  expect(await claimsOf(id)).toMatchObject([{ leaseExpiresAt: home.clock.now() }]);
  expect((await listProbeRuns(home, tenantId, { providerKeyId: id, limit: 9 })).items).toEqual([]);
  expect((await probe(id)).outcome).toBe('ok');
});

test('a key that is absent, or another tenant’s, is not found and no request is made', async () => {
  const other = await home.addTenant('other');
  const { id, secret } = await home.addKey('healthy', { tenantId: other.id });
  for (const one of [id, crypto.randomUUID()]) await expect(probe(one)).rejects.toMatchObject({ code: 'not-found' });
  expect(home.requestsWith(secret)).toEqual({ paid: 0, free: 0 });
});

const asOwner = (sql: string, values: unknown[]) => withOwnerConnection(home.url, (owner) => owner.query(sql, values));

async function expectCannotOpen(id: string, deps = home): Promise<void> {
  // Not by hand, which is audited: without the master key that cannot be written down, and so is not done.
  const run = await probeNow(deps, tenantId, { providerKeyId: id, trigger: 'once' });
  expect(run).toMatchObject({ outcome: 'cannot-open', httpStatus: null, costUsd: null, costBasis: null });
  const key = await getProviderKey(home, tenantId, id);
  expect(key.health).toBe('cannot-be-opened');
  expect(displayedHealth(key, home.clock.now(), 300)).toBe('cannot-be-opened');
}

test('a key that is deleted, or whose tenant is closed, between look and claim is neither claimed nor audited as probed', async () => {
  const { id } = await home.addKey('healthy');
  const { id: deleted } = await home.addKey('healthy');
  await deleteProviderKey(home, tenantId, deleted);
  const claim = (providerKeyId: string) => claimProbe(home, tenantId, { providerKeyId, trigger: 'manual' });
  expect(await claim(deleted)).toBeNull();
  await suspendTenant(home, tenantId, { reason: 'unpaid' });
  expect(await claim(id)).toBeNull();
  await resumeTenant(home, tenantId);
  expect([...(await claimsOf(deleted)), ...(await claimsOf(id))]).toEqual([]);
  const probed = { action: 'provider-key.probe', subjectId: { in: [deleted, id] } };
  expect(await withTenant(home.db, tenantId, (tx) => tx.auditEvent.count({ where: probed }))).toBe(0);
});

test('a ciphertext that was copied to another row or tenant is never opened, sent or shown healthy', async () => {
  const other = await home.addTenant('victim');
  const victims = [await home.addKey('healthy'), await home.addKey('healthy', { tenantId: other.id })];
  for (const victim of victims) {
    const thief = await home.addKey('healthy');
    await probe(thief.id);
    await asOwner(
      `UPDATE provider_key SET sealed_secret = v.sealed_secret
       FROM (SELECT sealed_secret FROM provider_key WHERE id = $1) v WHERE id = $2`,
      [victim.id, thief.id],
    );
    await expectCannotOpen(thief.id);
    expect(home.requestsWith(victim.secret)).toEqual({ paid: 0, free: 0 });
    expect(home.requestsWith(thief.secret)).toEqual({ paid: 1, free: 0 });
  }
});

test('neither is one together with its data key in another tenant', async () => {
  const other = await home.addTenant('other-victim');
  const victim = await home.addKey('healthy', { tenantId: other.id });
  const thief = await home.addKey('healthy');
  await asOwner(
    `INSERT INTO tenant_data_key (tenant_id, id, wrapped_key, master_key_id, retired_at)
     SELECT $1, id, wrapped_key, master_key_id, now() FROM tenant_data_key WHERE tenant_id = $2`,
    [tenantId, other.id],
  );
  await asOwner(
    `UPDATE provider_key SET sealed_secret = (SELECT sealed_secret FROM provider_key WHERE id = $1) WHERE id = $2`,
    [victim.id, thief.id],
  );
  await expectCannotOpen(thief.id);
  expect(home.requestsWith(victim.secret)).toEqual({ paid: 0, free: 0 });
});

test('with a wrong master key, or one flipped bit, a key is shown as one that cannot be opened, and heals when it can', async () => {
  const { id, secret } = await home.addKey('healthy');
  await probe(id);
  const ring = createMasterKeyRing([parseMasterKey(generateMasterKey())]);
  await expectCannotOpen(id, { ...home, ring });
  expect((await probe(id)).outcome).toBe('ok');
  expect((await getProviderKey(home, tenantId, id)).health).toBe('healthy');
  expect(home.requestsWith(secret)).toEqual({ paid: 2, free: 0 });

  await asOwner(
    `UPDATE provider_key SET sealed_secret = set_bit(sealed_secret, length(sealed_secret) * 8 - 1,
       1 - get_bit(sealed_secret, length(sealed_secret) * 8 - 1)) WHERE id = $1`,
    [id],
  );
  await expectCannotOpen(id);
  expect(home.requestsWith(secret)).toEqual({ paid: 2, free: 0 });
});

test('one key that cannot be opened does not keep its tenant’s others from being probed', async () => {
  const [broken, fine] = [await home.addKey('healthy'), await home.addKey('healthy')];
  await asOwner(`UPDATE provider_key SET sealed_secret = '\\x00' WHERE id = $1`, [broken.id]);
  const runIds = [];
  for (const { id } of [broken, fine]) {
    runIds.push((await claimProbe(home, tenantId, { providerKeyId: id, trigger: 'once' })) ?? '');
  }
  const begun = await beginClaimedProbes(home, tenantId, { runIds, leaseMs: 1 });
  const opened = new Map(begun.map((one) => [one.providerKeyId, one.secret?.reveal() ?? null]));
  expect([opened.get(broken.id), opened.get(fine.id)]).toEqual([null, fine.secret]);
});
