import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { createProbingInstallation, type ProbingInstallation } from '#testing/probing-installation.js';
import { claimImport } from '../organizations/claim-import.js';
import { askOpenAi } from '../openai-mirror/ask-openai.js';
import { beginImport } from '../organizations/begin-import.js';
import { beginClaimedProbes } from '../probes/begin-claimed-probes.js';
import { claimProbe } from '../probes/claim-probe.js';
import type { Tenant } from '../tenants/tenant.js';
import { unscopedRecordSecretUse } from './unscoped-record-secret-use.js';

let home: ProbingInstallation;
let tenant: Tenant;
let tenants = 0;
beforeAll(async () => {
  home = await createProbingInstallation();
});
beforeEach(async () => {
  tenant = await home.addTenant(`counted-${(tenants += 1)}`);
  home.clock.set(`${home.clock.now().toISOString().slice(0, 11)}12:30:00.123Z`);
});
afterAll(() => home.close());

/** Begins a probe of a new key, which opens its secret. */
async function open(): Promise<void> {
  const { id } = await home.addKey('healthy', { tenantId: tenant.id });
  const runId = await claimProbe(home, tenant.id, { providerKeyId: id, trigger: 'once' });
  await beginClaimedProbes(home, tenant.id, { runIds: [runId ?? ''], leaseMs: 60_000 });
}

const events = () =>
  withTenant(home.db, tenant.id, async (tx) => {
    const rows = await tx.auditEvent.findMany({ where: { action: 'secret.use' }, orderBy: { seq: 'asc' } });
    return rows.map(
      ({ after }) => JSON.parse(after ?? '') as { hour: string; probes: number; imports: number; questions: number },
    );
  });
const counts = () =>
  withTenant(home.db, tenant.id, async (tx) => {
    const rows = await tx.secretUse.groupBy({ by: ['hour', 'kind'], _sum: { times: true }, orderBy: { hour: 'asc' } });
    return rows.map(({ kind, _sum }) => ({ kind, times: _sum.times }));
  });

test('secrets that were opened become one event of each tenant and hour, once the hour is over', async () => {
  await open();
  await open();
  await unscopedRecordSecretUse(home);
  expect(await events()).toEqual([]);
  home.clock.advance(3_600_000);
  await open();
  await Promise.all([unscopedRecordSecretUse(home), unscopedRecordSecretUse(home)]);
  expect(await events()).toEqual([
    { hour: expect.stringMatching(/T12:00:00.000Z$/), probes: 2, imports: 0, questions: 0 },
  ]);
  expect(await counts()).toMatchObject([{ kind: 'probe', times: 1n }]);
});

test('what opens an admin key to import with is counted apart', async () => {
  await home.addKey('healthy', { tenantId: tenant.id, secretKind: 'admin' });
  const organization = await withTenant(home.db, tenant.id, (tx) => tx.organization.findFirstOrThrow());
  const claim = await claimImport(home, tenant.id, { organizationId: organization.id, part: 'all' });
  if (!claim) throw new Error('nobody else imports it');
  const importing = { baseUrl: home.settings.baseUrl, historyDays: 7 };
  expect(await beginImport({ ...home, importing }, claim)).toMatchObject({ secret: expect.anything() });
  home.clock.advance(3_600_000);
  await unscopedRecordSecretUse(home);
  expect(await events()).toMatchObject([{ probes: 0, imports: 1 }]);
});

test('what opens an admin key to ask for what is not imported is counted, or does not open it', async () => {
  const { id: providerKeyId } = await home.addKey('healthy', { tenantId: tenant.id, secretKind: 'admin' });
  const ask = () => askOpenAi(home, tenant.id, { name: 'ACME', providerKeyId }, async () => 'asked');
  await withOwnerConnection(home.url, (owner) => owner.query('REVOKE INSERT ON secret_use FROM keyledger_app'));
  await expect(ask()).rejects.toThrow('permission denied');
  await withOwnerConnection(home.url, (owner) => owner.query('GRANT INSERT ON secret_use TO keyledger_app'));
  expect(await ask()).toBe('asked');
  home.clock.advance(3_600_000);
  await unscopedRecordSecretUse(home);
  expect(await events()).toMatchObject([{ probes: 0, imports: 0, questions: 1 }]);
});

test('no secret is opened for a probe when that cannot be counted', async () => {
  const { id } = await home.addKey('healthy', { tenantId: tenant.id });
  const runId = await claimProbe(home, tenant.id, { providerKeyId: id, trigger: 'once' });
  await withOwnerConnection(home.url, (owner) => owner.query('REVOKE INSERT ON secret_use FROM keyledger_app'));
  const begin = () => beginClaimedProbes(home, tenant.id, { runIds: [runId ?? ''], leaseMs: 60_000 });
  await expect(begin()).rejects.toThrow('permission denied');
  await withOwnerConnection(home.url, (owner) => owner.query('GRANT INSERT ON secret_use TO keyledger_app'));
  expect(await begin()).toHaveLength(1);
});

test('counts stay when their event cannot be written', async () => {
  await open();
  home.clock.advance(3_600_000);
  await withOwnerConnection(home.url, (owner) => owner.query('REVOKE INSERT ON audit_event FROM keyledger_app'));
  await expect(unscopedRecordSecretUse(home)).rejects.toThrow('could not be audited');
  await withOwnerConnection(home.url, (owner) => owner.query('GRANT INSERT ON audit_event TO keyledger_app'));
  expect(await counts()).toMatchObject([{ kind: 'probe', times: 1n }]);
  await unscopedRecordSecretUse(home);
  expect(await events()).toMatchObject([{ probes: 1 }]);
});

test('a tenant whose chain cannot go on keeps no other tenant from its events', async () => {
  await open();
  const broken = tenant;
  for (const slug of ['a-neighbour', 'z-neighbour']) {
    tenant = await home.addTenant(slug);
    await open();
  }
  await withOwnerConnection(home.url, (owner) =>
    owner.query(`UPDATE audit_key SET sealed_key = sealed_key || 'x'::bytea WHERE tenant_id = $1`, [broken.id]),
  );
  home.clock.advance(3_600_000);
  await expect(unscopedRecordSecretUse(home)).rejects.toThrow('could not be audited');
  expect(await events()).toMatchObject([{ probes: 1 }]);
  tenant = broken;
  expect(await events()).toEqual([]);
  expect(await counts()).toMatchObject([{ times: 1n }]);
});
