import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { toAnchorJson } from '#domain/audit/audit-anchor.js';
import { recordAudit } from '#domain/audit/record-audit.js';
import { unscopedListAuditHeads } from '#domain/audit/unscoped-list-audit-heads.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { runTestCommand } from '#testing/run-test-command.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { auditVerify } from './audit-verify.js';

let home: TestInstallation;
let folder: string;
let acme: Tenant;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyledger-verify-'));
});
beforeEach(async () => {
  home = await createTestInstallation();
  await home.addTenant('default');
  acme = await home.addTenant('acme');
  await record('first');
  return () => home.close();
});
afterAll(() => rm(folder, { recursive: true }));

const record = (name: string) =>
  withTenant(home.db, acme.id, (tx) =>
    recordAudit(tx, home, acme.id, { action: 'usage.reset', subject: { kind: 'tenant', id: acme.id, name } }),
  );

/** In the chain of the tenant `default`. */
async function recordPurge(id: string): Promise<void> {
  const where = { slug: 'default' };
  const platform = await home.db.unscoped.tenant.findUniqueOrThrow({ where, select: { id: true } });
  await withTenant(home.db, platform.id, (tx) =>
    recordAudit(tx, home, platform.id, { action: 'tenant.purge', subject: { kind: 'tenant', id } }),
  );
}

const verify = (...args: string[]) =>
  runTestCommand([auditVerify], ['audit', 'verify', ...args], {
    withInstallation: (work) => work({ ...home, databaseUrl: home.url, keyHome: null }),
  });

/** The anchors of this moment, as a worker keeps them, and further lines. */
async function keepAnchors(...further: object[]): Promise<string> {
  const file = join(folder, `${newId()}.jsonl`);
  const anchors = (await unscopedListAuditHeads(home)).map(toAnchorJson);
  await writeFile(file, [...anchors, ...further].map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

const asOwner = (sql: string) =>
  withOwnerConnection(home.url, async (owner) => {
    await owner.query('ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY');
    await owner.query(sql.replaceAll('$tenant', `'${acme.id}'`));
    await owner.query('ALTER TABLE audit_event FORCE ROW LEVEL SECURITY');
  });

test('whole chains are said to be, each with its last event, and the status is 0', async () => {
  const { status, out, err } = await verify();
  expect({ status, out }).toEqual({
    status: 0,
    out: expect.stringMatching(
      /^acme +the one event is as it was written; the last is [\da-f]{16}…\ndefault +the one event is .*\n2 whole, 0 not\n$/,
    ),
  });
  expect(err).toContain('Without --anchors');
  expect(await verify('--tenant', 'acme', '--anchors', await keepAnchors())).toEqual({
    status: 0,
    out: expect.stringMatching(/^acme .*\n1 whole, 0 not, beside 2 anchors\n$/),
    err: '',
  });
});

test('an event that was edited is named, with status 1, and other chains are looked at all the same', async () => {
  await record('second');
  await asOwner(`UPDATE audit_event SET subject_name = 'other' WHERE tenant_id = $tenant AND subject_name = 'first'`);
  const { status, out } = await verify();
  expect(status).toBe(1);
  expect(out).toMatch(
    /^acme +BROKEN: event 1 is not as it was written; no event stands before it\ndefault +the one event is as it was written/,
  );
  expect(out).toContain('1 whole, 1 not');
  expect((await verify('--tenant', 'default')).status).toBe(0);
});

test('an event that cannot be read is one that was edited, and other chains are looked at all the same', async () => {
  await asOwner(`UPDATE audit_event SET at = 'infinity' WHERE tenant_id = $tenant AND seq = 1`);
  const { status, out } = await verify();
  expect(status).toBe(1);
  expect(out).toMatch(
    /^acme +BROKEN: event 1 is not as it was written;.*\ndefault +the one event is as it was written/,
  );
});

test('a chain of which nothing but its key is left is broken, unless the purge of its tenant has begun', async () => {
  await asOwner('DELETE FROM audit_event WHERE tenant_id = $tenant');
  expect(await verify()).toMatchObject({
    status: 1,
    out: expect.stringMatching(/^acme +BROKEN: event 1 is not there; no event stands before it\n/),
  });
  await asOwner(`ALTER TABLE tenant NO FORCE ROW LEVEL SECURITY;
    UPDATE tenant SET status = 'deleted', deleted_at = now(), purge_at = now(), purge_began_at = now() WHERE id = $tenant;
    ALTER TABLE tenant FORCE ROW LEVEL SECURITY`);
  expect((await verify()).status).toBe(1);
  await recordPurge(acme.id);
  expect(await verify()).toMatchObject({ status: 0, out: expect.stringMatching(/^acme +was purged/) });
});

test('of several events that were edited each is named', async () => {
  for (const name of ['second', 'third']) await record(name);
  await asOwner(
    `UPDATE audit_event SET address = '::1' WHERE tenant_id = $tenant AND subject_name IN ('first', 'third')`,
  );
  expect((await verify('--tenant', 'acme')).out).toMatch(
    /BROKEN: event \d is not as it was written; .*\n +and event \d is not as it was written\n/,
  );
});

test('a chain whose end was cut off, or that is gone, shows beside its anchors alone', async () => {
  await record('second');
  const anchors = await keepAnchors();
  await asOwner(`DELETE FROM audit_event WHERE tenant_id = $tenant AND subject_name = 'second'`);
  expect((await verify()).status).toBe(0);
  expect(await verify('--anchors', anchors)).toMatchObject({
    status: 1,
    out: expect.stringContaining('ends before an anchor'),
  });
  await asOwner('DELETE FROM audit_event WHERE tenant_id = $tenant; DELETE FROM audit_key WHERE tenant_id = $tenant');
  expect(await verify('--anchors', anchors)).toMatchObject({
    status: 1,
    out: expect.stringContaining('ends before an anchor'),
  });
});

test('a chain whose key does not open is no whole one, and other chains are looked at all the same', async () => {
  await asOwner(
    'UPDATE audit_key SET sealed_key = set_byte(sealed_key, 40, 255 - get_byte(sealed_key, 40)) WHERE tenant_id = $tenant',
  );
  const { status, out } = await verify();
  expect(status).toBe(1);
  expect(out).toMatch(
    /^acme +CANNOT BE VERIFIED: the key of its chain does not open\ndefault +the one event is as it was written.*\n1 whole, 1 not\n$/,
  );
});

test('a tenant that anchors tell of and that is not there is gone, unless an event says that it was purged', async () => {
  const [gone, purged] = [newId(), newId()];
  const mac = 'a'.repeat(64);
  const anchors = await keepAnchors({ tenantId: gone, seq: 1, mac }, { tenantId: purged, seq: 1, mac });
  await recordPurge(purged);
  const { status, out } = await verify('--anchors', anchors);
  expect(status).toBe(1);
  expect(out).toContain(`${gone}  GONE`);
  expect(out).toContain(`${purged}  was purged`);
  expect(out).toContain('3 whole, 1 not');
});

test('what cannot be looked at is 2: no such tenant, a file that is not there or has no anchors', async () => {
  const empty = join(folder, 'empty');
  await writeFile(empty, 'nothing\n');
  expect(await verify('--tenant', 'nobody')).toMatchObject({
    status: 2,
    out: '',
    err: expect.stringContaining('“nobody”'),
  });
  expect(await verify('--anchors', join(folder, 'absent'))).toMatchObject({ status: 2, out: '' });
  expect(await verify('--anchors', empty)).toMatchObject({ status: 2, err: expect.stringContaining('has no anchors') });
});
