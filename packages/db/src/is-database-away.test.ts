import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { type Database, openDatabase, type Tx } from './database.js';
import { isDatabaseAway } from './is-database-away.js';
import { openReader } from './reader.js';
import { withOwnerConnection } from './with-owner-connection.js';
import { withTenant } from './with-tenant.js';

let home: TestInstallation;
/** One connection, so that whoever comes next finds it lost, or another. */
let db: Database;
let acme: string;
beforeAll(async () => {
  home = await createTestInstallation();
  db = openDatabase({ url: home.url, poolSize: 1 });
  acme = (await home.addTenant('acme')).id;
});
afterAll(async () => {
  await db.close();
  await home.close();
});

const cut = async (tx: Tx) => {
  const [row] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
  await withOwnerConnection(home.url, (owner) => owner.query('SELECT pg_terminate_backend($1, 5000)', [row?.pid]));
};
const faultOf = (work: (tx: Tx) => Promise<unknown>): Promise<unknown> =>
  withTenant(db, acme, work).then(
    () => 'no fault',
    (error: unknown) => error,
  );
const isServedAgain = async () => expect(await withTenant(db, acme, (tx) => tx.tenant.count())).toBe(1);

test.each<[string, (tx: Tx) => Promise<unknown>]>([
  ['question', (tx) => tx.tenant.count()],
  ['question in SQL', (tx) => tx.$queryRaw`SELECT 1`],
  ['commit', () => Promise.resolve()],
])('a connection that is lost before a %s of a transaction is one that may be there later', async (_name, next) => {
  const fault = await faultOf(async (tx) => {
    await cut(tx);
    return next(tx);
  });
  expect(isDatabaseAway(fault)).toBe(true);
  await isServedAgain();
});

test('that no connection is free in time passes as well', async () => {
  const full = openDatabase({ url: home.url, poolSize: 1 });
  const held = await full.appPool.connect();
  Object.assign(full.appPool.options, { connectionTimeoutMillis: 20 });
  const asked: unknown = await openReader(full.appPool).$queryRaw`SELECT 1`.catch((reason: unknown) => reason);
  const begun: unknown = await withTenant(full, acme, (tx) => tx.tenant.count()).catch((reason: unknown) => reason);
  held.release();
  await full.close();
  expect([isDatabaseAway(asked), isDatabaseAway(begun)]).toEqual([true, true]);
});

test('so does a server that is not there', async () => {
  const url = new URL(home.url);
  url.port = '1';
  const away = openDatabase({ url: url.href, poolSize: 1 });
  const asked: unknown = await away.unscopedReader.$queryRaw`SELECT 1`.catch((reason: unknown) => reason);
  const begun: unknown = await withTenant(away, acme, (tx) => tx.tenant.count()).catch((reason: unknown) => reason);
  await away.close();
  expect([isDatabaseAway(asked), isDatabaseAway(begun)]).toEqual([true, true]);
});

test('what the work or its question did wrong is nothing that passes', async () => {
  expect(isDatabaseAway(await faultOf((tx) => tx.$queryRaw`SELECT 1 / 0`))).toBe(false);
  expect(isDatabaseAway(await faultOf(() => Promise.reject(new Error('on purpose'))))).toBe(false);
});

test('a connection that is lost in the middle of a commit is one as well', async () => {
  await withOwnerConnection(home.url, (owner) =>
    owner.query(`
      CREATE TABLE fragile (id int);
      GRANT INSERT ON fragile TO keyledger_app;
      CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON fragile DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION cut()`),
  );
  expect(isDatabaseAway(await faultOf((tx) => tx.$executeRaw`INSERT INTO fragile VALUES (1)`))).toBe(true);
});
