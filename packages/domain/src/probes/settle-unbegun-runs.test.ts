import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { withTenant } from '#db/with-tenant.js';
import { createProbingInstallation, type ProbingInstallation } from '#testing/probing-installation.js';
import { unscopedRecordSecretUse } from '../audit/unscoped-record-secret-use.js';
import { deleteProviderKey } from '../provider-keys/delete-provider-key.js';
import type { Tenant } from '../tenants/tenant.js';
import { claimProbe } from './claim-probe.js';
import { createProbeSlots } from './create-probe-slots.js';
import { runClaimedProbes } from './run-claimed-probes.js';

let home: ProbingInstallation;
/** Whom the jobs name. */
let tenant: Tenant;
let tenants = 0;
beforeAll(async () => {
  home = await createProbingInstallation();
});
beforeEach(async () => {
  tenant = await home.addTenant(`named-${(tenants += 1)}`);
});
afterAll(() => home.close());

function runJob(runIds: readonly string[], tenantId = tenant.id): Promise<void> {
  const deps = {
    ...home,
    slots: createProbeSlots({ total: 100, perTenant: 100 }),
    draining: new AbortController().signal,
    cutOff: new AbortController().signal,
  };
  return runClaimedProbes(deps, tenantId, runIds);
}

async function claimKey(tenantId = tenant.id) {
  const key = await home.addKey('healthy', { tenantId });
  const runId = await claimProbe(home, tenantId, { providerKeyId: key.id, trigger: 'once' });
  return { ...key, runId: runId ?? '' };
}

const refusals = (tenantId = tenant.id) =>
  withTenant(home.db, tenantId, async (tx) => {
    const rows = await tx.auditEvent.findMany({ where: { action: 'job.refuse' }, orderBy: { seq: 'asc' } });
    return rows.map(({ after }) => JSON.parse(after ?? '') as unknown);
  });
const claims = (tenantId = tenant.id) => withTenant(home.db, tenantId, (tx) => tx.probeClaim.findMany());

test("a job that names another tenant's run does nothing, and is audited in the tenant that it names", async () => {
  const victim = await claimKey(home.tenant.id);
  await runJob([victim.runId]);
  expect(home.requestsWith(victim.secret)).toEqual({ paid: 0, free: 0 });
  expect(await claims(home.tenant.id)).toMatchObject([{ runId: victim.runId, startedAttempts: 0 }]);
  expect(await refusals()).toEqual([{ named: [victim.runId] }]);
  expect(await refusals(home.tenant.id)).toEqual([]);
});

test('a run that nobody has is refused beside those that are carried out', async () => {
  const key = await claimKey();
  const [unknown, ofTheFuture] = [newId(), 'ffffffff-ffff-7fff-bfff-ffffffffffff'];
  await runJob([unknown, key.runId, ofTheFuture]);
  expect(home.requestsWith(key.secret).paid).toBe(1);
  expect(await refusals()).toEqual([{ named: [unknown, ofTheFuture] }]);
});

test('a job that comes twice is no offence, nor is one whose key was deleted, whose claim is dropped', async () => {
  const [done, deleted] = [await claimKey(), await claimKey()];
  await runJob([done.runId]);
  await deleteProviderKey(home, tenant.id, deleted.id);
  await runJob([done.runId, deleted.runId]);
  expect(await claims()).toEqual([]);
  expect(home.requestsWith(done.secret).paid).toBe(1);
  expect(await refusals()).toEqual([]);
});

test('a flood of such jobs is one event at once and one more when the hour is over', async () => {
  for (let jobs = 0; jobs < 7; jobs += 1) await runJob([newId()]);
  expect(await refusals()).toHaveLength(1);
  home.clock.advance(3_600_000);
  await unscopedRecordSecretUse(home);
  await unscopedRecordSecretUse(home);
  const [, summary, ...more] = await refusals();
  expect(summary).toEqual({ hour: expect.stringMatching(/T12:00:00.000Z$/), probeJobs: 7, importJobs: 0 });
  expect(more).toEqual([]);
});

test('a tenant that does not exist has no chain, and such a job still does nothing', async () => {
  const victim = await claimKey(home.tenant.id);
  await runJob([victim.runId], newId());
  expect(home.requestsWith(victim.secret)).toEqual({ paid: 0, free: 0 });
});
