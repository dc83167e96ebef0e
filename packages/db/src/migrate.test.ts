import { randomUUID } from 'node:crypto';
import { afterEach, expect, inject, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { eventually } from '#testing/eventually.js';
import { openDatabase } from './database.js';
import { ensureDatabase } from './embedded/ensure-database.js';
import { listPendingMigrations } from './list-pending-migrations.js';
import { migrate, MigrationError } from './migrate.js';
import { listMigrationsOnDisk } from './migrations-on-disk.js';
import { programRoles } from './program-roles.js';
import { withOwnerConnection } from './with-owner-connection.js';

const logger = createLogger({ name: 'test', level: 'silent' });
const made: string[] = [];

async function createEmptyDatabase(): Promise<string> {
  const url = new URL(inject('testPostgresUrl'));
  url.pathname = `/empty_${randomUUID().replaceAll('-', '')}`;
  await ensureDatabase(url.href);
  made.push(url.pathname.slice(1));
  return url.href;
}

afterEach(async () => {
  const names = made.splice(0);
  await withOwnerConnection(inject('testPostgresUrl'), async (admin) => {
    for (const name of names) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  });
});

const run = <T extends object>(url: string, sql: string): Promise<T[]> =>
  withOwnerConnection(url, async (connection) => (await connection.query<T>(sql)).rows);

const tablesOf = async (url: string): Promise<string[]> => {
  const rows = await run<{ name: string }>(
    url,
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`,
  );
  return rows.map(({ name }) => name);
};

const onDisk = (await listMigrationsOnDisk()).map(({ name }) => name);

test('migrating twice does nothing the second time', async () => {
  const url = await createEmptyDatabase();
  expect(await migrate(url, { logger })).toEqual({ applied: onDisk });
  const before = await run(url, 'SELECT * FROM _prisma_migrations');
  expect(await migrate(url, { logger })).toEqual({ applied: [] });
  expect(await run(url, 'SELECT * FROM _prisma_migrations')).toEqual(before);
});

test('three processes that migrate an empty database at once do it once', async () => {
  const url = await createEmptyDatabase();
  const results = await Promise.all([1, 2, 3].map(() => migrate(url, { logger })));
  expect(results.flatMap(({ applied }) => applied)).toEqual(onDisk);
  expect(await run(url, 'SELECT migration_name FROM _prisma_migrations')).toHaveLength(onDisk.length);
});

test('two databases of one server can be migrated at once, though they share their roles', async () => {
  const urls = await Promise.all([createEmptyDatabase(), createEmptyDatabase()]);
  const results = await Promise.all(urls.map((url) => migrate(url, { logger })));
  expect(results).toEqual([{ applied: onDisk }, { applied: onDisk }]);
});

test('a migration that was edited after it had been applied is refused, naming it', async () => {
  const url = await createEmptyDatabase();
  await migrate(url, { logger });
  await run(url, `UPDATE _prisma_migrations SET checksum = repeat('0', 64)`);
  await expect(migrate(url, { logger })).rejects.toThrow(MigrationError);
  await expect(migrate(url, { logger })).rejects.toThrow(onDisk[0]);
});

test('a database that is newer than the program is refused, naming what is unknown', async () => {
  const url = await createEmptyDatabase();
  await migrate(url, { logger });
  await run(
    url,
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
     VALUES ('later', '', '29990101000000_later', now())`,
  );
  await expect(migrate(url, { logger })).rejects.toThrow(MigrationError);
  await expect(migrate(url, { logger })).rejects.toThrow('29990101000000_later');
});

test('a migration that fails half-way leaves nothing, and succeeds once its obstacle is gone', async () => {
  const url = await createEmptyDatabase();
  await run(url, 'CREATE TABLE usage_hourly ()');
  await expect(migrate(url, { logger })).rejects.toThrow(/usage_hourly/);
  expect(await tablesOf(url)).toEqual(['usage_hourly']);
  await run(url, 'DROP TABLE usage_hourly');
  expect(await migrate(url, { logger })).toEqual({ applied: onDisk });
});

test('a migration whose connection is cut leaves nothing, and the next one starts at once', async () => {
  const url = await createEmptyDatabase();
  await withOwnerConnection(url, async (obstacle) => {
    // The first migration asks for this lock when most of it is done.
    await obstacle.query(`SELECT pg_advisory_lock(hashtext('keyledger.partitions'))`);
    const failure = migrate(url, { logger }).catch((error: unknown) => String(error));
    await eventually('it waits for the lock, and is cut', async () => {
      const { rows } = await obstacle.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'`);
      return rows.length === 1;
    });
    expect(await failure).toMatch(/terminating connection due to administrator command/);
  });
  expect(await tablesOf(url)).toEqual([]);
  expect(await migrate(url, { logger })).toEqual({ applied: onDisk });
});

test('pending migrations are named until they have been applied', async () => {
  const url = await createEmptyDatabase();
  await migrate(url, { logger });
  const db = openDatabase({ url, poolSize: 1 });
  try {
    expect(await listPendingMigrations(db)).toEqual([]);
    await run(url, 'UPDATE _prisma_migrations SET finished_at = NULL');
    expect(await listPendingMigrations(db)).toEqual(onDisk);
  } finally {
    await db.close();
  }
});

test('a login that owns nothing is enough once the owner has migrated, and can change no table', async () => {
  const url = await createEmptyDatabase();
  await migrate(url, { logger });
  const login = `own_nothing_${randomUUID().replaceAll('-', '')}`;
  await run(url, `CREATE ROLE ${login} LOGIN PASSWORD 'x' IN ROLE ${programRoles.join(', ')}`);
  const theirs = new URL(url);
  [theirs.username, theirs.password] = [login, 'x'];
  expect(await migrate(theirs.href, { logger })).toEqual({ applied: [] });
  const db = openDatabase({ url: theirs.href });
  expect(await db.unscoped.tenant.count()).toBe(0);
  await db.close();
  for (const harm of ['DROP TABLE provider_key', 'DROP POLICY own_tenant ON provider_key', 'TRUNCATE audit_event']) {
    await expect(run(theirs.href, harm)).rejects.toThrow(/must be owner|permission denied/);
  }
  await expect(run(theirs.href, 'UPDATE audit_event SET seq = 1')).rejects.toThrow('permission denied');
  await run(url, `DROP ROLE ${login}`);
});
