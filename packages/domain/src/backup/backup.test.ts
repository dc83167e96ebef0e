import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { createMasterKeyRing, type MasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { openDatabase } from '#db/database.js';
import { ensureDatabase } from '#db/embedded/ensure-database.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { fillEveryTable, filledSecret } from '#testing/fill-every-table.js';
import { createTestDatabase } from '#testing/test-database.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { openProviderKey } from '../provider-keys/open-provider-key.js';
import { readTenantDataKeys } from '../provider-keys/tenant-data-keys.js';
import { type BackupTotals, headerBytes } from './backup-format.js';
import { beginSnapshot } from './backup-snapshot.js';
import { leftOutOfBackups, listBackupTables } from './backup-tables.js';
import { checkBackup } from './check-backup.js';
import { restoreBackup } from './restore-backup.js';
import { writeBackup } from './write-backup.js';

let home: TestInstallation;
let folder: string;
let file: string;
beforeAll(async () => {
  home = await createTestInstallation();
  await fillEveryTable(home);
  folder = await mkdtemp(join(tmpdir(), 'keyledger-backup-'));
  file = join(folder, 'whole.klb');
  await writeBackup(depsOf(home.url), { file, mayReplace: false });
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true });
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function depsOf(databaseUrl: string, ring: MasterKeyRing = home.ring) {
  const db = databaseUrl === home.url ? home.db : openDatabase({ url: databaseUrl, poolSize: 2 });
  if (db !== home.db) closing.push(() => db.close());
  return { db, databaseUrl, ring, clock: home.clock, actor: home.actor, logger: home.logger };
}

/** A database without anything, not even migrations. */
async function createEmptyDatabase(login?: string): Promise<string> {
  const admin = inject('testPostgresUrl');
  const url = new URL(admin);
  const name = `empty_${randomUUID().replaceAll('-', '')}`;
  url.pathname = `/${name}`;
  await ensureDatabase(url.href);
  closing.push(() => ask(admin, `DROP DATABASE ${name} WITH (FORCE)`).then(() => undefined));
  if (login === undefined) return url.href;
  await ask(admin, `ALTER DATABASE ${name} OWNER TO ${login}`);
  url.username = login;
  url.password = 'secret';
  return url.href;
}

/** One that is migrated and empty. */
async function createMigratedDatabase(): Promise<string> {
  const { url, drop } = await createTestDatabase();
  closing.push(drop);
  return url;
}

async function ask<Row extends object = { item: string }>(url: string, sql: string): Promise<Row[]> {
  return withOwnerConnection(url, async (connection) => (await connection.query<Row>(sql)).rows);
}

/** Every table of ours but partitions, as the catalog has them. */
async function tablesOf(url: string): Promise<string[]> {
  const rows = await ask(
    url,
    `SELECT relname AS item FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
       AND NOT relispartition ORDER BY relname`,
  );
  return rows.map(({ item }) => item);
}

const isRestoreEvent = (row: string) => row.includes('installation.restore');

/** Every row of every table that a backup has, with its partition; but for the event that says that it was restored. */
async function rowsOf(url: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const table of await tablesOf(url)) {
    if (table in leftOutOfBackups) continue;
    const rows = await ask(url, `SELECT tableoid::regclass || ' ' || t::text AS item FROM ${table} t`);
    found[table] = rows
      .map(({ item }) => item)
      .filter((row) => !isRestoreEvent(row))
      .toSorted();
  }
  return found;
}

const tableOfTenants = (url: string) => ask(url, `SELECT to_regclass('tenant')::text AS item`);
const notForced = (url: string) =>
  ask(url, 'SELECT relname AS item FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity');
const rowsIn = (totals: BackupTotals) => Object.values(totals).reduce((sum, { rows }) => sum + rows, 0);

test('every table of the catalog is in the backup, or is left out for a reason; each was given rows to compare', async () => {
  const backedUp = (await withOwnerConnection(home.url, listBackupTables)).map(({ name }) => name);
  expect([...backedUp, ...Object.keys(leftOutOfBackups)].toSorted()).toEqual(await tablesOf(home.url));
  const withoutRows = Object.entries(await rowsOf(home.url)).filter(([, rows]) => rows.length === 0);
  // Give a table that is new a row in tools/testing/src/fill-every-table.ts.
  expect(withoutRows).toEqual([]);
});

test('a restored database has every row of the one that was backed up, in the same partition, and opens its secrets', async () => {
  const url = await createEmptyDatabase();
  const deps = depsOf(url);
  const restored = await restoreBackup(deps, file);
  expect(restored).toMatchObject({ tenants: 3, brokenAudits: [], createdAt: home.clock.now() });
  expect(await rowsOf(url)).toEqual(await rowsOf(home.url));
  const events = await ask(url, 'SELECT action AS item FROM audit_event');
  expect(events.map(({ item }) => item).filter(isRestoreEvent)).toHaveLength(1);
  for (const table of ['session', 'worker_heartbeat']) {
    expect(await ask(url, `SELECT count(*)::text AS item FROM ${table}`)).toEqual([{ item: '0' }]);
  }
  const [acme] = await ask<{ id: string }>(url, `SELECT id FROM tenant WHERE slug = 'acme'`);
  const secret = await withTenant(deps.db, acme?.id ?? '', async (tx) => {
    const row = await tx.providerKey.findFirstOrThrow();
    return openProviderKey(await readTenantDataKeys(deps.ring, tx, row.tenantId), row);
  });
  expect(secret.reveal()).toBe(filledSecret);
  expect(await notForced(url)).toEqual([]);
});

test('a login that is neither superuser nor above row-level security backs up and restores the same', async () => {
  const login = `plain_${randomUUID().replaceAll('-', '')}`;
  const admin = inject('testPostgresUrl');
  await ask(
    admin,
    `CREATE ROLE ${login} LOGIN PASSWORD 'secret' NOSUPERUSER NOBYPASSRLS;
     GRANT keyledger_app, keyledger_unscoped, keyledger_queue, keyledger_purger TO ${login}`,
  );
  closing.push(() => ask(admin, `DROP ROLE ${login}`).then(() => undefined));
  const first = await createEmptyDatabase(login);
  await restoreBackup(depsOf(first), file);
  const again = join(folder, 'plain.klb');
  const written = await writeBackup(depsOf(first), { file: again, mayReplace: false });
  // That it was restored, and that a backup of it was begun, are two events more.
  expect(written.rows).toBe(rowsIn((await checkBackup(home, file)).totals) + 2);
  const second = await createEmptyDatabase(login);
  await restoreBackup(depsOf(second), again);
  const { audit_event: events, ...rows } = await rowsOf(asAdmin(second));
  expect({ ...rows, audit_event: events?.filter((row) => !row.includes('plain.klb')) }).toEqual(await rowsOf(home.url));
});

/** The same database, seen by who sees all of it. */
function asAdmin(url: string): string {
  const admin = new URL(inject('testPostgresUrl'));
  admin.pathname = new URL(url).pathname;
  return admin.href;
}

test('a backup is of one instant, whatever is written while it is made', async () => {
  const url = await createMigratedDatabase();
  await restoreBackup(depsOf(url), file);
  const writer = new AbortController();
  // Every transaction gives two tenants one name, some time apart.
  const renamed = (async () => {
    for (let at = 0; !writer.signal.aborted; at += 1) {
      await ask(
        url,
        `BEGIN; UPDATE tenant SET name = 'n${at}' WHERE slug = 'acme'; SELECT pg_sleep(0.002);
         UPDATE tenant SET name = 'n${at}' WHERE slug = 'globex'; COMMIT`,
      );
    }
  })();
  const busy = join(folder, 'busy.klb');
  await writeBackup(depsOf(url), { file: busy, mayReplace: false });
  writer.abort();
  await renamed;
  const target = await createMigratedDatabase();
  await restoreBackup(depsOf(target), busy);
  const names = await ask(target, `SELECT DISTINCT name AS item FROM tenant WHERE slug IN ('acme', 'globex')`);
  expect(names).toHaveLength(1);
});

test('while a backup is read no table of it can be dropped or changed, and all may write', async () => {
  const url = await createMigratedDatabase();
  const [month] = await ask(url, `SELECT min(inhrelid::regclass::text) AS item FROM pg_inherits`);
  const attempt = (sql: string) => ask(url, `SET lock_timeout = '100ms'; ${sql}`);
  await withOwnerConnection(url, async (connection) => {
    await beginSnapshot(connection);
    await expect(attempt(`DROP TABLE ${month?.item}`)).rejects.toThrow(/lock timeout/);
    await expect(attempt('ALTER TABLE provider_key ADD COLUMN more text')).rejects.toThrow(/lock timeout/);
    await attempt(`INSERT INTO tenant (id, slug, name) VALUES (gen_random_uuid(), 'meanwhile', 'Meanwhile')`);
  });
});

test('a month that was taken out of its table is no part of a backup', async () => {
  const url = await createMigratedDatabase();
  await restoreBackup(depsOf(url), file);
  await ask(
    url,
    `SELECT ensure_month_partitions('2020-01-01');
     ALTER TABLE usage_record DETACH PARTITION usage_record_2020_01`,
  );
  const path = join(folder, 'detached.klb');
  await writeBackup(depsOf(url), { file: path, mayReplace: false });
  const { manifest } = await checkBackup(home, path);
  expect(manifest.tables.map(({ name }) => name)).not.toContain('usage_record_2020_01');
});

const altered: [string, (whole: Buffer) => Buffer][] = [
  ['cut off in the middle', (whole) => whole.subarray(0, Math.floor(whole.length / 2))],
  ['without its last byte', (whole) => whole.subarray(0, -1)],
  ['cut off after its header', (whole) => whole.subarray(0, headerBytes)],
  ['with one bit altered', (whole) => flip(whole, whole.length - 20)],
  ['with another id in its header', (whole) => flip(whole, headerBytes - 1)],
  ['with something behind it', (whole) => Buffer.concat([whole, Buffer.from('x')])],
  ['of another program', () => Buffer.from('PGDMP'.repeat(100))],
  ['empty', () => Buffer.alloc(0)],
];

function flip(whole: Buffer, at: number): Buffer {
  const copy = Buffer.from(whole);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

test.each(altered)('a file %s is refused, and nothing is written', async (_what, alter) => {
  const url = await createEmptyDatabase();
  const damaged = join(folder, 'damaged.klb');
  await writeFile(damaged, alter(await readFile(file)));
  await expect(restoreBackup(depsOf(url), damaged)).rejects.toThrow(/is damaged|is no backup of Keyledger/);
  expect(await tableOfTenants(url)).toEqual([{ item: null }]);
});

test('a backup is of no use without its master key, and the one that is missing is named', async () => {
  const url = await createEmptyDatabase();
  const other = createMasterKeyRing([parseMasterKey(generateMasterKey())]);
  await expect(restoreBackup(depsOf(url, other), file)).rejects.toThrow(home.ring.primary.id);
  expect(await tableOfTenants(url)).toEqual([{ item: null }]);
  const bytes = (await readFile(file)).toString('latin1');
  for (const known of ['acme', 'globex', 'proj_', 'gpt-4o', 'usage_record']) expect(bytes).not.toContain(known);
});

test('after a rotation a backup of before is restored with the older key beside the new one', async () => {
  const fresh = parseMasterKey(generateMasterKey());
  const ring = createMasterKeyRing([fresh, home.ring.primary]);
  const url = await createMigratedDatabase();
  expect((await restoreBackup(depsOf(url, ring), file)).brokenAudits).toEqual([]);
  // And one under the new key whose data keys still need the older names that too.
  const mixed = join(folder, 'mixed.klb');
  await writeBackup(depsOf(url, ring), { file: mixed, mayReplace: false });
  await expect(checkBackup({ ring: createMasterKeyRing([fresh]) }, mixed)).rejects.toThrow(home.ring.primary.id);
});

test('an installation that holds anything is left as it is', async () => {
  await expect(restoreBackup(depsOf(home.url), file)).rejects.toThrow('it holds tenant default');
  const url = await createMigratedDatabase();
  await restoreBackup(depsOf(url), file);
  await ask(url, 'SET session_replication_role = replica; DELETE FROM tenant');
  await expect(restoreBackup(depsOf(url), file)).rejects.toThrow(/it holds rows in/);
});

test.each([
  ['more columns', 'ALTER TABLE provider_key ADD COLUMN more text', 'provider_key'],
  [
    'its columns in another order',
    `ALTER TABLE tenant RENAME slug TO other; ALTER TABLE tenant RENAME name TO slug;
     ALTER TABLE tenant RENAME other TO name`,
    'tenant',
  ],
  ['one table more', 'CREATE TABLE more (tenant_id uuid)', 'there are more'],
])('a database with %s is refused, as rows would come into other places', async (_what, sql, named) => {
  const url = await createMigratedDatabase();
  await ask(url, sql);
  await expect(restoreBackup(depsOf(url), file)).rejects.toThrow(
    new RegExp(`tables of this database are not those of the backup.*: ${named}`),
  );
  expect(await ask(url, 'SELECT id AS item FROM tenant')).toEqual([]);
});

test('a database whose tables another program keeps locked is told of, and left as it is', async () => {
  const url = await createMigratedDatabase();
  await withOwnerConnection(url, async (other) => {
    await other.query('BEGIN; LOCK TABLE provider_key IN ACCESS SHARE MODE');
    await expect(restoreBackup(depsOf(url), file)).rejects.toThrow(/Another program is at work/);
  });
  expect(await ask(url, 'SELECT id AS item FROM tenant')).toEqual([]);
  expect(await notForced(url)).toEqual([]);
});

test('what is no file is refused with a sentence', async () => {
  const url = await createMigratedDatabase();
  await expect(restoreBackup(depsOf(url), folder)).rejects.toThrow(`${folder} is not a file.`);
  await expect(restoreBackup(depsOf(url), join(folder, 'none'))).rejects.toThrow(
    /Cannot read .*ENOENT.: it, or its folder, is not there/,
  );
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await expect(restoreBackup(depsOf(url), pipe)).rejects.toThrow(`${pipe} is not a file.`);
});

test('rows that are not those of the backup when they are written are not committed', async () => {
  const url = await createMigratedDatabase();
  await ask(
    url,
    `CREATE FUNCTION alter_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := ''x''; RETURN NEW; END';
     CREATE TRIGGER alter_row BEFORE INSERT ON tenant FOR EACH ROW EXECUTE FUNCTION alter_row()`,
  );
  await expect(restoreBackup(depsOf(url), file)).rejects.toThrow(/tenant would hold 3 rows that are not the 3/);
  expect(await ask(url, 'SELECT id AS item FROM tenant')).toEqual([]);
  expect(await notForced(url)).toEqual([]);
});

test.each([
  ['an event that was altered', `audit_event SET actor_name = 'somebody else' WHERE seq = 1 AND`],
  [
    'a key that does not open',
    `audit_key SET sealed_key = set_byte(sealed_key, 40, 255 - get_byte(sealed_key, 40)) WHERE`,
  ],
])('an audit chain with %s is restored as it was, and told', async (_what, change) => {
  const url = await createMigratedDatabase();
  await restoreBackup(depsOf(url), file);
  await ask(url, `UPDATE ${change} tenant_id = (SELECT id FROM tenant WHERE slug = 'globex')`);
  const tampered = join(folder, 'tampered.klb');
  await writeBackup(depsOf(url), { file: tampered, mayReplace: true });
  expect((await restoreBackup(depsOf(await createMigratedDatabase()), tampered)).brokenAudits).toEqual(['globex']);
});

test('a backup replaces no file unless told to, is private, and leaves nothing behind when it fails', async () => {
  const taken = join(folder, 'taken.klb');
  await writeFile(taken, 'precious');
  const backupsInAudit = () =>
    ask(home.url, "SELECT seq AS item FROM audit_event WHERE action = 'installation.backup'");
  const before = await backupsInAudit();
  await expect(writeBackup(depsOf(home.url), { file: taken, mayReplace: false })).rejects.toThrow(/is there already/);
  expect(await readFile(taken, 'utf8')).toBe('precious');
  const linked = join(folder, 'linked.klb');
  await symlink(taken, linked);
  await expect(writeBackup(depsOf(home.url), { file: linked, mayReplace: true })).rejects.toThrow(/is not a file/);
  expect(await readFile(linked, 'utf8')).toBe('precious');
  expect(await backupsInAudit()).toEqual(before);
  await writeBackup(depsOf(home.url), { file: taken, mayReplace: true });
  await expect(checkBackup(home, taken)).resolves.toBeDefined();
  expect((await stat(taken)).mode & 0o777).toBe(0o600);
  await expect(
    writeBackup(depsOf(home.url), { file: join(folder, 'no', 'such.klb'), mayReplace: false }),
  ).rejects.toThrow(/Cannot write .*ENOENT/);
  const interrupted = join(folder, 'interrupted.klb');
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(writeBackup(depsOf(home.url), { file: interrupted, mayReplace: false, signal })).rejects.toThrow(
    'enough',
  );
  expect((await readdir(folder)).filter((name) => /partial|interrupted/.test(name))).toEqual([]);
});

test('a backup of another version says which version to restore it with', async () => {
  const url = await createMigratedDatabase();
  await restoreBackup(depsOf(url), file);
  const [first] = await ask(url, 'SELECT min(migration_name) AS item FROM _prisma_migrations');
  const made = async (name: string, sql: string) => {
    await ask(url, sql);
    const path = join(folder, name);
    await writeBackup(depsOf(url), { file: path, mayReplace: false });
    return restoreBackup(depsOf(await createMigratedDatabase()), path);
  };
  const named = `'${first?.item}'`;
  await expect(
    made('edited.klb', `UPDATE _prisma_migrations SET checksum = 'x' WHERE migration_name = ${named}`),
  ).rejects.toThrow(/is not the one that the backup was made with/);
  await expect(made('older.klb', `DELETE FROM _prisma_migrations WHERE migration_name = ${named}`)).rejects.toThrow(
    /older version/,
  );
  await expect(
    made(
      'newer.klb',
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('1', '', '2999_later', now())`,
    ),
  ).rejects.toThrow(/newer version, with migration 2999_later/);
});
