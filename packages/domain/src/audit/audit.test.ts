import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import type { Tenant } from '../tenants/tenant.js';
import type { Actor } from './actor.js';
import type { AuditEntry } from './audit-event.js';
import { createAuditVerifier } from './create-audit-verifier.js';
import { recordAudit } from './record-audit.js';
import { verifyAudit } from './verify-audit.js';

let home: TestInstallation;
let tenant: Tenant;
let tenants = 0;
beforeAll(async () => {
  home = await createTestInstallation();
});
beforeEach(async () => {
  tenant = await home.addTenant(`audited-${(tenants += 1)}`);
});
afterAll(() => home.close());

const actor: Actor = { kind: 'token', id: 'a-token', name: 'CI', address: '192.0.2.7', requestId: 'request-1' };
const entry = (name: string): AuditEntry => ({
  action: 'provider-key.store',
  subject: { kind: 'provider-key', id: '0193', name },
  before: { label: 'old' },
  after: { label: name },
});
const record = (name: string) =>
  withTenant(home.db, tenant.id, (tx) => recordAudit(tx, { ...home, actor }, tenant.id, entry(name)));
const verify = (anchors: { seq: bigint; mac: string }[] = []) => verifyAudit(home, tenant.id, { anchors });
/** As somebody who owns the tables and can switch row-level security off. */
const asOwner = (sql: string) =>
  withOwnerConnection(home.url, async (owner) => {
    await owner.query('ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY');
    await owner.query(sql.replaceAll('$tenant', `'${tenant.id}'`));
    await owner.query('ALTER TABLE audit_event FORCE ROW LEVEL SECURITY');
  });
const records = async (...names: string[]) => {
  for (const name of names) await record(name);
};

test('a chain of events is whole, of none and of many', async () => {
  expect(await verify()).toEqual({ events: 0n, head: null, fault: null, faults: [], faultCount: 0 });
  await records('one', 'two', 'three');
  expect(await verify()).toEqual({
    events: 3n,
    head: { seq: 3n, mac: expect.stringMatching(/^[\da-f]{64}$/) },
    fault: null,
    faults: [],
    faultCount: 0,
  });
});

test('events of one tenant that are written at once make one chain, and those of another tenant another', async () => {
  const other = await home.addTenant(`audited-${(tenants += 1)}`);
  await Promise.all(Array.from({ length: 8 }, (_, index) => record(`key ${index}`)));
  await withTenant(home.db, other.id, (tx) => recordAudit(tx, { ...home, actor }, other.id, entry('theirs')));
  expect(await verify()).toMatchObject({ events: 8n, fault: null });
  expect(await verifyAudit(home, other.id)).toMatchObject({ events: 1n, fault: null });
});

test('what is undone is not audited, and leaves no gap', async () => {
  await record('one');
  await expect(
    withTenant(home.db, tenant.id, async (tx) => {
      await recordAudit(tx, { ...home, actor }, tenant.id, entry('undone'));
      throw new Error('after all not');
    }),
  ).rejects.toThrow('after all not');
  await record('two');
  expect(await verify()).toMatchObject({ events: 2n, fault: null });
});

test.each([
  ['an action', `UPDATE audit_event SET action = 'provider-key.update' WHERE tenant_id = $tenant AND seq = 2`],
  ['a name', `UPDATE audit_event SET actor_name = 'Somebody else' WHERE tenant_id = $tenant AND seq = 2`],
  ['an address', `UPDATE audit_event SET address = NULL WHERE tenant_id = $tenant AND seq = 2`],
  ['a time', `UPDATE audit_event SET at = at + interval '1 ms' WHERE tenant_id = $tenant AND seq = 2`],
  [
    'what was there',
    `UPDATE audit_event SET before = replace(before, 'old', 'odd') WHERE tenant_id = $tenant AND seq = 2`,
  ],
  ['a time to none', `UPDATE audit_event SET at = 'infinity' WHERE tenant_id = $tenant AND seq = 2`],
  [
    'a time to one of another era',
    `UPDATE audit_event SET at = at - interval '4000 y' WHERE tenant_id = $tenant AND seq = 2`,
  ],
  [
    'a time to one that no Date is',
    `UPDATE audit_event SET at = at + interval '280000 y' WHERE tenant_id = $tenant AND seq = 2`,
  ],
  ['the MAC', `UPDATE audit_event SET mac = sha256(mac) WHERE tenant_id = $tenant AND seq = 2`],
])('%s that the owner of the tables edits is found', async (_what, sql) => {
  await records('one', 'two', 'three');
  await asOwner(sql);
  expect((await verify()).fault).toEqual({ seq: 2n, kind: 'altered' });
});

test('what the columns cannot hold unless they are changed too is found: a microsecond, and nothing at all', async () => {
  await records('one', 'two', 'three');
  const edit = async (to: string, set: string) => {
    await asOwner(`ALTER TABLE audit_event ${to}; UPDATE audit_event SET ${set} WHERE tenant_id = $tenant AND seq = 2`);
    return (await verify()).fault;
  };
  const altered = { seq: 2n, kind: 'altered' };
  const whole = `at = date_trunc('milliseconds', at)`;
  expect(await edit('ALTER at TYPE timestamptz(6)', `at = at + interval '1 microsecond'`)).toEqual(altered);
  expect(await edit('ALTER at TYPE timestamptz(6)', whole)).toBeNull();
  expect(await edit('ALTER at DROP NOT NULL', 'at = NULL')).toEqual(altered);
  expect(await edit('ALTER mac DROP NOT NULL', 'mac = NULL')).toEqual(altered);
  await asOwner(`DELETE FROM audit_event WHERE tenant_id = $tenant;
    ALTER TABLE audit_event ALTER at TYPE timestamptz(3), ALTER at SET NOT NULL, ALTER mac SET NOT NULL`);
});

test('an event that is removed from the middle is found, and one that closes the gap', async () => {
  await records('one', 'two', 'three');
  await asOwner(`DELETE FROM audit_event WHERE tenant_id = $tenant AND seq = 2`);
  expect((await verify()).fault).toEqual({ seq: 2n, kind: 'missing' });
  await asOwner(`UPDATE audit_event SET seq = 2 WHERE tenant_id = $tenant AND seq = 3`);
  expect((await verify()).fault).toEqual({ seq: 2n, kind: 'altered' });
});

/** A copy of the event `of`, where the table has been changed to hold it; the verdict, and the table as it was. */
async function verdictWith({
  seq,
  of,
  change,
  restore,
}: Record<'seq' | 'change' | 'restore', string> & { of: number }) {
  await asOwner(`ALTER TABLE audit_event ADD copied boolean, ${change};
    INSERT INTO audit_event (tenant_id, seq, at, actor_kind, actor_id, actor_name, address, request_id, action, subject_kind,
      subject_id, subject_name, before, after, mac, copied)
    SELECT tenant_id, ${seq}, at, actor_kind, actor_id, actor_name, address, request_id, action, subject_kind,
      subject_id, subject_name, before, after, mac, true FROM audit_event WHERE tenant_id = $tenant AND seq = ${of}`);
  const verdict = await verify();
  await asOwner(`DELETE FROM audit_event WHERE copied; ALTER TABLE audit_event DROP copied, ${restore}`);
  return verdict;
}
const unchecked = { change: 'DROP CONSTRAINT audit_event_seq_check', restore: 'ADD CHECK (seq > 0)' };
const unkeyed = { change: 'DROP CONSTRAINT audit_event_pkey', restore: 'ADD PRIMARY KEY (tenant_id, seq)' };
const unnumbered = {
  change: `${unkeyed.change}, ALTER seq DROP NOT NULL`,
  restore: `ALTER seq SET NOT NULL, ${unkeyed.restore}`,
};

test.each([
  ['before the first', { seq: '0', ...unchecked }, 1n],
  ['before the first, with the least number of all', { seq: '-9223372036854775808', ...unchecked }, 3n],
  ['without a number', { seq: 'NULL', ...unnumbered }, 3n],
  ['with the number of another', { seq: '1', ...unkeyed }, 2n],
])('an event that is put %s is found', async (_where, added, at) => {
  await records('one', 'two');
  expect((await verdictWith({ of: 1, ...added })).fault).toEqual({ seq: at, kind: 'missing' });
  expect((await verify()).fault).toBeNull();
});

test('every fault is listed, and what is whole between them is not', async () => {
  await records('one', 'two', 'three', 'four', 'five', 'six');
  const anchors = [{ seq: 8n, mac: 'a'.repeat(64) }];
  await asOwner(`UPDATE audit_event SET subject_name = 'odd' WHERE tenant_id = $tenant AND seq = 2;
    DELETE FROM audit_event WHERE tenant_id = $tenant AND seq = 4`);
  expect(await verify(anchors)).toMatchObject({
    events: 1n,
    head: { seq: 1n },
    fault: { seq: 2n, kind: 'altered' },
    faults: [
      { seq: 2n, kind: 'altered' },
      { seq: 4n, kind: 'missing' },
      { seq: 7n, kind: 'cut' },
    ],
    faultCount: 3,
  });
});

test('a long list of faults is cut off, and all are counted', async () => {
  await records(...Array.from({ length: 103 }, (_, index) => `event ${index}`));
  await asOwner(`UPDATE audit_event SET subject_name = 'odd' WHERE tenant_id = $tenant`);
  const { faults, faultCount } = await verify();
  expect([faults.length, faultCount]).toEqual([100, 103]);
});

test('a chain that is longer than what is read at once is verified to its end', async () => {
  for (let part = 0; part < 7; part += 1) {
    await withTenant(home.db, tenant.id, async (tx) => {
      for (let at = 0; at < 143; at += 1) await recordAudit(tx, { ...home, actor }, tenant.id, entry('one of many'));
    });
  }
  expect(await verify()).toMatchObject({ events: 1001n, fault: null });
  // Of two with the last number of a page, one stands in no page.
  expect(await verdictWith({ of: 1000, seq: '1000', ...unkeyed })).toMatchObject({ faults: [{ kind: 'missing' }] });
  await asOwner(`UPDATE audit_event SET subject_name = 'odd' WHERE tenant_id = $tenant AND seq = 1001`);
  expect((await verify()).fault).toEqual({ seq: 1001n, kind: 'altered' });
});

test('a chain of which nothing is left is no whole one, as its key is made with its first event', async () => {
  await records('one', 'two');
  const { head } = await verify();
  await asOwner('DELETE FROM audit_event WHERE tenant_id = $tenant');
  const fault = { seq: 1n, kind: 'missing' };
  expect(await verify()).toEqual({ events: 0n, head: null, fault, faults: [fault], faultCount: 1 });
  expect((await verify(head ? [head] : [])).fault).toEqual({ seq: 1n, kind: 'cut' });
});

test('a chain whose key was removed is no whole one', async () => {
  await records('one', 'two');
  await asOwner('DELETE FROM audit_key WHERE tenant_id = $tenant');
  expect(await verify()).toMatchObject({ events: 0n, faultCount: 2 });
});

test('events in another order are found', async () => {
  await records('one', 'two', 'three');
  await asOwner(`
    UPDATE audit_event SET seq = 4 WHERE tenant_id = $tenant AND seq = 2;
    UPDATE audit_event SET seq = 2 WHERE tenant_id = $tenant AND seq = 3;
    UPDATE audit_event SET seq = 3 WHERE tenant_id = $tenant AND seq = 4;`);
  expect((await verify()).fault).toEqual({ seq: 2n, kind: 'altered' });
});

test("an event of another tenant's chain fits nowhere in this one", async () => {
  await records('one');
  const victim = tenant;
  tenant = await home.addTenant(`audited-${(tenants += 1)}`);
  await records('one', 'two');
  await asOwner(`UPDATE audit_event SET tenant_id = '${victim.id}' WHERE tenant_id = $tenant AND seq = 2`);
  expect((await verifyAudit(home, victim.id)).fault).toEqual({ seq: 2n, kind: 'altered' });
});

test('an end that was cut off shows against an anchor, however the chain went on', async () => {
  await records('one', 'two', 'three');
  const { head } = await verify();
  if (!head) throw new Error('the chain has an end');
  await asOwner(`DELETE FROM audit_event WHERE tenant_id = $tenant AND seq = 3`);
  expect((await verify()).fault).toBeNull();
  expect((await verify([head])).fault).toEqual({ seq: 3n, kind: 'cut' });
  await record('another three');
  expect((await verify([head])).fault).toEqual({ seq: 3n, kind: 'cut' });
});

test('a chain that was another for a while shows, as its anchors differ', async () => {
  await records('one', 'two');
  const { head } = await verify();
  if (!head) throw new Error('the chain has an end');
  await asOwner(`DELETE FROM audit_event WHERE tenant_id = $tenant AND seq = 2`);
  await record('another two');
  const { head: other } = await verify();
  if (!other) throw new Error('the chain has an end');
  for (const anchors of [
    [head, other],
    [other, head],
  ]) {
    expect((await verify(anchors)).fault).toEqual({ seq: 2n, kind: 'cut' });
  }
  expect((await verify([other, other])).fault).toBeNull();
});

test('the program itself can neither change nor remove what is written', async () => {
  await record('one');
  const attempt = (sql: string) => withTenant(home.db, tenant.id, (tx) => tx.$executeRawUnsafe(sql));
  for (const sql of [
    `UPDATE audit_event SET action = 'x'`,
    'DELETE FROM audit_event',
    'TRUNCATE audit_event',
    'DELETE FROM audit_key',
  ]) {
    await expect(attempt(sql)).rejects.toThrow('permission denied');
  }
});

test('a secret that somebody wrote into a note is not kept', async () => {
  const secret = `sk-proj-${'x'.repeat(40)}`;
  await withTenant(home.db, tenant.id, (tx) =>
    recordAudit(tx, { ...home, actor }, tenant.id, { ...entry('one'), after: { note: `it is ${secret}` } }),
  );
  const [row] = await withTenant(home.db, tenant.id, (tx) => tx.auditEvent.findMany());
  expect(row?.after).toBe('{"note":"it is [redacted]"}');
});

test('half of a surrogate pair in a name, as of somebody who may not get in, breaks no chain', async () => {
  const half = `a name cut in the middle of ${'😀'.slice(0, 1)}`;
  await withTenant(home.db, tenant.id, (tx) =>
    recordAudit(tx, { ...home, actor: { ...actor, name: half } }, tenant.id, {
      action: 'provider-key.store',
      subject: { kind: 'provider-key', id: half, name: half },
      after: { label: half },
    }),
  );
  await record('two');
  expect(await verify()).toMatchObject({ events: 2n, fault: null });
});

test('a chain is verified once for all who ask at the same time, and few chains are at once', async () => {
  const others = await Promise.all([1, 2, 3].map(() => home.addTenant(`audited-${(tenants += 1)}`)));
  await record('one');
  const verifyOnce = createAuditVerifier(home);
  const own = [verifyOnce(tenant.id), verifyOnce(tenant.id)];
  const theirs = others.map(({ id }) =>
    verifyOnce(id).then(
      () => 'done',
      (error: Error) => error.message,
    ),
  );
  const [first, second] = await Promise.all(own);
  expect(second).toBe(first);
  expect(await Promise.all(theirs)).toEqual(['done', 'done', 'Other audits are being verified. Ask again.']);
  expect(await verifyOnce(tenant.id)).not.toBe(first);
});
