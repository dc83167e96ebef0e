import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMasterKeyRing, type MasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { openDatabase } from '#db/database.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { recordHeartbeat } from '../operations/record-heartbeat.js';
import { unscopedEnsurePartitions } from '../operations/unscoped-ensure-partitions.js';
import { diagnose } from './diagnose.js';
import { inspectSchema } from './inspect-schema.js';
import { inspectServer } from './inspect-server.js';
import type { QueueState } from './inspect-work.js';

let home: TestInstallation;
let workerId: string;
const clock = { now: () => new Date() };
beforeEach(async () => {
  home = await createTestInstallation();
  await unscopedEnsurePartitions({ db: home.db, clock });
  await home.addTenant('acme');
  workerId = crypto.randomUUID();
  await recordHeartbeat({ db: home.db, clock }, { workerId, startedAt: clock.now(), lastSweepAt: clock.now() });
});
afterEach(() => home.close());

const idle: QueueState = { kind: 'postgres', depth: { probes: 0, schedules: 2 } };

interface Given {
  db?: TestInstallation['db'];
  ring?: MasterKeyRing | null;
  aheadMs?: number;
  databaseUrl?: string;
  queue?: QueueState | Error;
}

async function look({ db = home.db, ring = home.ring, aheadMs = 0, databaseUrl = home.url, queue = idle }: Given = {}) {
  const readQueue = () => (queue instanceof Error ? Promise.reject(queue) : Promise.resolve(queue));
  const shifted = { now: () => new Date(Date.now() - aheadMs) };
  const findings = await diagnose({ databaseUrl, db, ring, clock: shifted, readQueue });
  const told = JSON.stringify(findings);
  for (const secret of [home.masterKey, new URL(home.url).password]) expect(told).not.toContain(secret);
  return findings;
}

/** What is not as it should be. */
const complaints = async (given?: Given) => (await look(given)).filter(({ state }) => state !== 'ok');
const harm = (sql: string) => withOwnerConnection(home.url, (connection) => connection.query(sql));

test('of an installation that is well every line is ok, and each subject has one', async () => {
  const findings = await look();
  expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(findings.map(({ subject }) => subject)).toEqual([
    'Database',
    'Clock',
    'Migrations',
    'Roles',
    'Row security',
    'Grants',
    'Master key',
    'Partitions',
    'Queue',
    'Workers',
  ]);
});

const monthAfter = (months: number) => {
  const now = new Date();
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
  return first.toISOString().slice(0, 7).replace('-', '_');
};
const firstMigration = `(SELECT min(migration_name) FROM _prisma_migrations)`;

/** SQL that names the month is made when it is run: a run of all tests may go on into the next one. */
test.each<[what: string, sql: string | (() => string), subject: string, says: RegExp]>([
  [
    'row security that is not forced',
    'ALTER TABLE provider_key NO FORCE ROW LEVEL SECURITY',
    'Row security',
    /not kept apart in: provider_key/,
  ],
  ['a policy that is gone', 'DROP POLICY own_tenant ON usage_record', 'Row security', /usage_record/],
  [
    'a policy that lets in more',
    'ALTER POLICY own_tenant ON provider_key USING (tenant_id = current_tenant_id() OR true)',
    'Row security',
    /not kept apart in: provider_key/,
  ],
  [
    'a view that shows what its owner sees',
    'CREATE VIEW view_of_keys AS SELECT id FROM provider_key; GRANT SELECT ON view_of_keys TO keyledger_app',
    'Row security',
    /owner’s rights, not the reader’s, is: view_of_keys\./,
  ],
  [
    'a function that tells policies another tenant',
    `CREATE OR REPLACE FUNCTION current_tenant_id() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid'`,
    'Row security',
    /said otherwise by: current_tenant_id\(\)\./,
  ],
  [
    'a table of tenants that shows all of them',
    'ALTER TABLE tenant NO FORCE ROW LEVEL SECURITY',
    'Row security',
    /A tenant may see others in: tenant\./,
  ],
  [
    'a table that a deleted tenant is not purged from',
    'REVOKE DELETE ON session FROM keyledger_purger',
    'Row security',
    /purged from: session\./,
  ],
  [
    'a role that makes tables',
    'GRANT CREATE ON SCHEMA public TO keyledger_app',
    'Grants',
    /may too much: keyledger_app makes tables/,
  ],
  [
    'a table that everybody reads',
    'GRANT SELECT ON provider_key TO PUBLIC',
    'Grants',
    /more than the program’s roles: provider_key: everybody/,
  ],
  [
    'a table that the queue reads',
    'GRANT SELECT ON organization TO keyledger_queue',
    'Grants',
    /queue’s role sees: organization\./,
  ],
  ['a grant that is missing', 'REVOKE ALL ON provider_key FROM keyledger_app', 'Grants', /may not read: provider_key/],
  [
    'a grant that is missing in part',
    'REVOKE INSERT ON audit_event FROM keyledger_app',
    'Grants',
    /made them: keyledger_app audit_event \(SELECT, and should be INSERT, SELECT\)\./,
  ],
  [
    'a grant on one column more',
    'GRANT UPDATE (role) ON access_token TO keyledger_unscoped',
    'Grants',
    /made them: keyledger_unscoped access_token \(.*UPDATE \([^)]*role[^)]*\), and should be /,
  ],
  [
    'a grant too many',
    'GRANT DELETE ON audit_event TO keyledger_app',
    'Grants',
    /append-only may be changed: audit_event/,
  ],
  [
    'a secret that is readable across tenants',
    'GRANT SELECT ON tenant_data_key TO keyledger_unscoped',
    'Grants',
    /tenant_data_key\.wrapped_key/,
  ],
  [
    'a migration that was edited',
    `UPDATE _prisma_migrations SET checksum = '' WHERE migration_name = ${firstMigration}`,
    'Migrations',
    /Changed after.*_foundation/,
  ],
  [
    'a migration that is missing',
    `DELETE FROM _prisma_migrations WHERE migration_name = ${firstMigration}`,
    'Migrations',
    /1 not applied: .*_foundation/,
  ],
  [
    'a database that is newer',
    `UPDATE _prisma_migrations SET migration_name = '2999_later' WHERE migration_name = ${firstMigration}`,
    'Migrations',
    /newer: it has 2999_later/,
  ],
  [
    'a month without a place',
    () => `DROP TABLE usage_record_${monthAfter(0)}`,
    'Partitions',
    /Nothing can be recorded this month in usage_record\./,
  ],
  [
    'a data key that was altered',
    `UPDATE tenant_data_key SET wrapped_key = set_byte(wrapped_key, 40, get_byte(wrapped_key, 40) # 1)`,
    'Master key',
    /was altered/,
  ],
  [
    'workers that sweep no more',
    `UPDATE worker_heartbeat SET last_sweep_at = now() - interval '1 hour'`,
    'Workers',
    /1 alive, and none has looked/,
  ],
])('%s fails, with what to do', async (_what, sql, subject, says) => {
  await harm(typeof sql === 'string' ? sql : sql());
  const found = await complaints();
  expect(found).toContainEqual(
    expect.objectContaining({
      subject,
      state: 'fail',
      says: expect.stringMatching(says),
      remedy: expect.stringMatching(/./),
    }),
  );
});

test('next month without a place is told of, and nothing fails yet', async () => {
  await harm(`DROP TABLE usage_record_${monthAfter(1)}`);
  expect(await complaints()).toEqual([
    expect.objectContaining({ subject: 'Partitions', state: 'warn', says: expect.stringMatching(/in usage_record\./) }),
  ]);
});

test('a login that may not act as the roles fails, naming them', async () => {
  const login = `stranger_${workerId.replaceAll('-', '')}`;
  await harm(`CREATE ROLE ${login} LOGIN PASSWORD 'secret'; GRANT SELECT ON _prisma_migrations TO ${login}`);
  try {
    const url = new URL(home.url);
    [url.username, url.password] = [login, 'secret'];
    expect((await look({ databaseUrl: url.href })).filter(({ state }) => state !== 'ok')).toEqual([
      expect.objectContaining({
        subject: 'Roles',
        state: 'fail',
        says: expect.stringMatching(/act as keyledger_app, /),
      }),
    ]);
  } finally {
    await harm(`DROP OWNED BY ${login}; DROP ROLE ${login}`);
  }
});

test('a role that is not there fails, naming it, and nothing is asked that needs it', async () => {
  const found = await withOwnerConnection(home.url, async (connection) => {
    // Undone with the connection: roles are all databases’.
    await connection.query('BEGIN; ALTER ROLE keyledger_queue RENAME TO keyledger_lost');
    return inspectSchema(connection);
  });
  expect(found.findings.map(({ subject, state, says }) => [subject, state, says])).toEqual([
    ['Migrations', 'ok', expect.stringContaining('as released')],
    ['Roles', 'fail', 'Not there: keyledger_queue.'],
  ]);
  expect(found.isComplete).toBe(false);
});

test('what cannot be looked at for what is wrong is said to be, and the rest is looked at', async () => {
  await harm('REVOKE ALL ON worker_heartbeat FROM keyledger_unscoped');
  expect((await complaints()).map(({ subject, state, says }) => [subject, state, says])).toEqual([
    ['Grants', 'fail', expect.stringContaining('worker_heartbeat')],
    ['Workers', 'fail', 'Could not be looked at.'],
  ]);
});

test('a fault of which nothing was told is thrown, and no finding', async () => {
  const db = openDatabase({ url: 'postgres://nobody@127.0.0.1:9/none', poolSize: 1 });
  await expect(look({ db })).rejects.toThrow(/reach|ECONNREFUSED/);
  await db.close();
});

test('a server that is too old, or a database of another encoding, fails', async () => {
  const server = { version: '15.9', major: 15, encoding: 'UTF8', now: new Date() };
  const inspect = (given: Partial<typeof server>) => {
    const query = () => Promise.resolve({ rows: [{ ...server, ...given }] });
    return inspectServer({ query } as never, clock);
  };
  expect((await inspect({}))[0]).toMatchObject({ state: 'fail', says: 'PostgreSQL 15.9 is too old.' });
  expect((await inspect({ major: 16 }))[0]).toMatchObject({ state: 'ok' });
  const latin = await inspect({ major: 16, encoding: 'LATIN1' });
  expect(latin[0]).toMatchObject({ state: 'fail', says: 'Its encoding is LATIN1.' });
});

test('a master key that is needed and not given fails, naming it', async () => {
  const other = createMasterKeyRing([parseMasterKey(generateMasterKey())]);
  expect(await complaints({ ring: other })).toEqual([
    expect.objectContaining({ state: 'fail', says: expect.stringContaining(home.ring.primary.id) }),
  ]);
});

test('an older master key is told of, whether a rotation needs it still or nothing any more', async () => {
  const other = parseMasterKey(generateMasterKey());
  const unneeded = createMasterKeyRing([home.ring.primary, other]);
  expect(await complaints({ ring: unneeded })).toEqual([
    expect.objectContaining({ state: 'warn', says: expect.stringContaining(other.id) }),
  ]);
  const underWay = createMasterKeyRing([other, home.ring.primary]);
  expect(await complaints({ ring: underWay })).toEqual([
    expect.objectContaining({ state: 'warn', says: expect.stringMatching(/rotation has not ended: .*: 1 data key\./) }),
  ]);
});

test('clocks that differ by seconds are told of, and by half a minute fail, with the direction', async () => {
  expect(await complaints({ aheadMs: 5_000 })).toEqual([
    expect.objectContaining({
      subject: 'Clock',
      state: 'warn',
      says: 'The database’s is 5 s ahead of this machine’s.',
    }),
  ]);
  const behind = await complaints({ aheadMs: -40_000 });
  expect(behind).toContainEqual(expect.objectContaining({ state: 'fail', says: expect.stringMatching(/40 s behind/) }));
});

test('a queue that does not answer fails, one that is long or not made yet is told of', async () => {
  const ofQueue = async (queue: QueueState | Error) =>
    (await complaints({ queue })).map(({ state, says }) => [state, says]);
  expect(await ofQueue(new Error('secret of the driver'))).toEqual([
    ['fail', expect.stringMatching(/does not answer/)],
  ]);
  expect(JSON.stringify(await look({ queue: new Error('secret of the driver') }))).not.toContain(
    'secret of the driver',
  );
  expect(await ofQueue({ kind: 'absent' })).toEqual([['warn', expect.stringMatching(/none yet/)]]);
  expect(await ofQueue({ kind: 'postgres', depth: { probes: 10_000 } })).toEqual([
    ['warn', expect.stringMatching(/10000/)],
  ]);
  const short = await look({ queue: { kind: 'postgres', depth: { probes: 2, imports: 1, schedules: 0 } } });
  expect(short.find(({ subject }) => subject === 'Queue')?.says).toContain('2 probes, 1 import, 0 schedules');
});

test('a Redis that may forget jobs fails', async () => {
  const redis = { kind: 'redis', version: '7.4.0', depth: {} } as const;
  expect(await complaints({ queue: { ...redis, evictionPolicy: 'noeviction' } })).toEqual([]);
  expect(await complaints({ queue: { ...redis, evictionPolicy: 'allkeys-lru' } })).toEqual([
    expect.objectContaining({ subject: 'Redis policy', state: 'fail', says: expect.stringContaining('allkeys-lru') }),
  ]);
  expect(await complaints({ queue: { ...redis, evictionPolicy: null } })).toEqual([
    expect.objectContaining({ subject: 'Redis policy', state: 'warn' }),
  ]);
});

test('without a worker it is told that nothing is probed', async () => {
  await harm('DELETE FROM worker_heartbeat');
  expect(await complaints()).toEqual([expect.objectContaining({ subject: 'Workers', state: 'warn' })]);
});

test('a database that is away is one line, which says why and not where', async () => {
  const databaseUrl = 'postgres://somebody:password@127.0.0.1:1/keyledger';
  expect(await look({ databaseUrl })).toEqual([
    expect.objectContaining({ subject: 'Database', state: 'fail', says: expect.stringMatching(/nothing listens/) }),
  ]);
});

test('of an empty database it says what to start, and asks nothing that is not there', async () => {
  await harm('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  const found = await complaints();
  expect(found).toEqual([
    expect.objectContaining({ subject: 'Migrations', state: 'fail', remedy: expect.stringMatching(/npm start/) }),
  ]);
});
