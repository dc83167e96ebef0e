import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '#testing/eventually.js';
import { createTestDatabase } from '#testing/test-database.js';
import { DatabaseUnreachableError } from './database-unreachable-error.js';
import { openDatabase } from './database.js';
import { openQueuePool } from './open-queue-pool.js';
import { withOwnerConnection } from './with-owner-connection.js';

let home: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  home = await createTestDatabase();
});
afterAll(() => home.drop());

/** As a restart of the server does. Resolves when every other connection to the database is gone. */
const cutConnections = () =>
  withOwnerConnection(home.url, async (owner) => {
    await owner.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`);
  });

test('connections that are cut while idle are replaced, and the process lives on', async () => {
  const db = openDatabase({ url: home.url, poolSize: 2 });
  const pool = openQueuePool({ url: home.url, poolSize: 2 });
  const ask = () =>
    Promise.all([db.app.$queryRaw`SELECT 1 AS one`, db.unscoped.$queryRaw`SELECT 1 AS one`, pool.query('SELECT 1')]);
  try {
    await ask();
    await cutConnections();
    // A query may still meet a connection that the pool does not yet know to be lost.
    await eventually('all answer', () =>
      ask().then(
        () => true,
        () => false,
      ),
    );
    expect(await ask()).toHaveLength(3);
  } finally {
    await Promise.all([db.close(), pool.end()]);
  }
});

test('a database that cannot be reached is told in one sentence without its password', async () => {
  const password = 'canary-pw';
  const unreachable = async (change: (url: URL) => void) => {
    const url = new URL(home.url);
    url.password = password;
    change(url);
    const error: unknown = await withOwnerConnection(url.href, () => Promise.resolve()).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DatabaseUnreachableError);
    return (error as Error).message;
  };
  const messages = [
    await unreachable((url) => (url.port = '1')),
    await unreachable(() => undefined),
    await unreachable((url) => (url.username = 'nobody')),
  ];
  expect(messages[0]).toBe('The database of DATABASE_URL cannot be used: nothing listens at its address.');
  expect(messages[1]).toBe('The database of DATABASE_URL cannot be used: it refuses this user and password.');
  expect(messages.join()).not.toContain(password);
});

test('a database that does not exist is told so', async () => {
  const url = new URL(home.url);
  url.pathname = '/absent';
  const refused = withOwnerConnection(url.href, () => Promise.resolve());
  await expect(refused).rejects.toThrow('there is no database of this name');
});
