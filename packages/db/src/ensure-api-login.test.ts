import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { createTestDatabase } from '#testing/test-database.js';
import { apiRoles } from './api-roles.js';
import { openDatabase } from './database.js';
import { ApiLoginError, ensureApiLogin } from './ensure-api-login.js';
import { migrate, MigrationError } from './migrate.js';
import { programRoles } from './program-roles.js';
import { withOwnerConnection } from './with-owner-connection.js';

const logger = createLogger({ name: 'test', level: 'silent' });
let home: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  home = await createTestDatabase();
});
afterAll(() => home.drop());

let login: { name: string; password: string };
beforeEach(() => {
  // Upper case and a quote: names have to be quoted.
  login = { name: `Api"${randomUUID()}`, password: `it's \\ ${randomUUID()}` };
});
afterEach(async () => {
  await owner(`DROP OWNED BY ${quoted()}; DROP ROLE ${quoted()}`).catch(() => undefined);
});
const quoted = () => `"${login.name.replace('"', '""')}"`;

const run = async <Row extends object>(url: string, sql: string): Promise<Row[]> =>
  withOwnerConnection(url, async (connection) => (await connection.query<Row>(sql)).rows);
const owner = <Row extends object>(sql: string) => run<Row>(home.url, sql);

/** The database as the login of the api reaches it. */
function loginUrl({ password } = login): string {
  const url = new URL(home.url);
  [url.username, url.password] = [login.name, password].map(encodeURIComponent) as [string, string];
  return url.href;
}

const oid = () => `'${quoted().replace("'", "''")}'::regrole`;
const rolesOf = async () =>
  (
    await owner<{ name: string }>(
      `SELECT roleid::regrole::text AS name FROM pg_auth_members WHERE member = ${oid()} ORDER BY 1`,
    )
  ).map(({ name }) => name);

test('the api works with a login that owns nothing', async () => {
  await ensureApiLogin(home.url, login);
  expect(await migrate(loginUrl(), { logger })).toEqual({ applied: [] });
  const db = openDatabase({ url: loginUrl(), poolSize: 1 });
  expect(await db.unscoped.tenant.count()).toBe(0);
  expect(await db.app.$queryRaw`SELECT session_user::text = ${login.name} AS is_so`).toEqual([{ is_so: true }]);
  await db.close();
  expect(
    await owner(`SELECT FROM pg_shdepend s JOIN pg_roles r ON r.oid = refobjid AND deptype = 'o'
      WHERE refclassid = 'pg_authid'::regclass AND rolname LIKE 'Api"%'`),
  ).toEqual([]);
});

test.each([
  'DROP TABLE provider_key',
  'ALTER TABLE provider_key DISABLE ROW LEVEL SECURITY',
  'ALTER TABLE provider_key NO FORCE ROW LEVEL SECURITY',
  'DROP POLICY own_tenant ON provider_key',
  'CREATE TABLE mine ()',
  'SET ROLE keyledger_purger',
  `DO $$ BEGIN EXECUTE format('SET ROLE %I', (SELECT rolname FROM pg_roles WHERE oid = 10)); END $$`,
  'UPDATE audit_event SET seq = 1',
  'DELETE FROM audit_event',
  'TRUNCATE audit_event',
  'UPDATE ledger_entry SET amount_usd = 0',
  'DELETE FROM ledger_entry',
  'DELETE FROM _prisma_migrations',
  'ALTER ROLE keyledger_app BYPASSRLS',
  'ALTER ROLE CURRENT_USER CREATEROLE',
  `COPY (SELECT 1) TO PROGRAM 'true'`,
  `SELECT pg_read_file('PG_VERSION')`,
])('SQL that was smuggled into the api, and gave its role back, may not: %s', async (sql) => {
  await ensureApiLogin(home.url, login);
  await expect(run(loginUrl(), `RESET ROLE; ${sql}`)).rejects.toThrow(/permission denied|must be owner/);
});

test('the audit of a tenant that SQL in the api says is deleted cannot be deleted with it', async () => {
  await ensureApiLogin(home.url, login);
  const id = randomUUID();
  await owner(`INSERT INTO tenant (id, slug, name) VALUES ('${id}', 'said-to-be-deleted', 'x')`);
  await run(
    loginUrl(),
    `SET keyledger.tenant_id = '${id}';
     UPDATE tenant SET status = 'deleted', deleted_at = now(), purge_at = now(), purge_began_at = now()`,
  );
  const emptied = run(loginUrl(), `SET keyledger.tenant_id = '${id}'; DELETE FROM audit_event`);
  await expect(emptied).rejects.toThrow('permission denied');
});

test('many at once make one login, and another password replaces the one before', async () => {
  await Promise.all([1, 2, 3, 4].map(() => ensureApiLogin(home.url, login)));
  expect(await rolesOf()).toEqual(apiRoles.toSorted());
  const before = { ...login };
  login.password = 'pássword of a person';
  await ensureApiLogin(home.url, login);
  await expect(run(loginUrl(before), 'SELECT')).rejects.toThrow('password');
  expect(await run(loginUrl(), 'SELECT')).toHaveLength(1);
  // The same word, typed on a keyboard that writes the accent apart.
  expect(await run(loginUrl({ ...login, password: login.password.normalize('NFD') }), 'SELECT')).toHaveLength(1);
});

test.each([
  `it's "100%" %41 \\ $1;--`,
  'soft\u00ADhyphen',
  '❤\uFE0F',
  'wide\u3000, thin\u2009 or\u200B no space',
  'ﬁ Ⅷ 😀',
])('the login opens with the password %j as it was given', async (password) => {
  login.password = password;
  await ensureApiLogin(home.url, login);
  expect(await run(loginUrl(), 'SELECT')).toHaveLength(1);
});

test('the server, which may log it, is told no password, and keeps each as Postgres itself would', async () => {
  const heard: Buffer[] = [];
  const { hostname, port } = new URL(home.url);
  const tap = createServer((client) => {
    const server = connect(Number(port), hostname);
    client.on('data', (chunk: Buffer) => heard.push(chunk));
    client.pipe(server).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(tap, 'listening');
  const tapped = new URL(home.url);
  tapped.port = String((tap.address() as AddressInfo).port);
  login.password = 'canary-of-the-password';
  const kept = async () => {
    await ensureApiLogin(tapped.href, login);
    const [row] = await owner<{ verifier: string }>(
      `SELECT rolpassword AS verifier FROM pg_authid WHERE oid = ${oid()}`,
    );
    return row?.verifier ?? '';
  };
  const verifiers = [await kept(), await kept()];
  tap.close();
  expect(Buffer.concat(heard).toString()).toContain('SCRAM-SHA-256$');
  expect(Buffer.concat(heard).toString()).not.toContain('canary-of-the-password');
  const [own] = await owner<{ scram_iterations: string }>('SHOW scram_iterations');
  for (const verifier of verifiers) expect(verifier).toContain(`SCRAM-SHA-256$${own?.scram_iterations ?? ''}:`);
  // Another salt each time.
  expect(new Set(verifiers.map((verifier) => verifier.split('$')[1])).size).toBe(2);
});

test('a login that was a member of all four roles gives up the purger’s', async () => {
  await owner(`CREATE ROLE ${quoted()} LOGIN IN ROLE ${apiRoles.join(', ')}, keyledger_purger`);
  await ensureApiLogin(home.url, login);
  expect(await rolesOf()).toEqual(apiRoles.toSorted());
});

test.each([
  ['SUPERUSER', 'has SUPERUSER'],
  ['CREATEROLE', 'has CREATEROLE'],
  ['CREATEDB', 'has CREATEDB'],
  ['REPLICATION', 'has REPLICATION'],
  ['BYPASSRLS', 'has BYPASSRLS'],
  ['IN ROLE pg_read_all_data', 'is a member of pg_read_all_data'],
])('a login with %s is refused and left as it is', async (power, said) => {
  await owner(`CREATE ROLE ${quoted()} LOGIN PASSWORD 'as it was' ${power}`);
  const roles = await rolesOf();
  const refused = ensureApiLogin(home.url, login);
  await expect(refused).rejects.toThrow(ApiLoginError);
  await expect(refused).rejects.toThrow(said);
  expect(await rolesOf()).toEqual(roles);
  expect(await run(loginUrl({ ...login, password: 'as it was' }), 'SELECT')).toHaveLength(1);
});

test.each([
  ['DELETE ON audit_event', 'was granted something besides roles'],
  ['UPDATE (seq) ON audit_event', 'was granted something besides roles'],
  ['SET ON PARAMETER session_replication_role', 'was granted something besides roles'],
  ['CREATE ON SCHEMA public', 'may create in the database or its schema public'],
])('a login that was granted %s is refused', async (grant, said) => {
  await owner(`CREATE ROLE ${quoted()} LOGIN; GRANT ${grant} TO ${quoted()}`);
  await expect(ensureApiLogin(home.url, login)).rejects.toThrow(said);
});

test('a login that may create in a schema of somebody’s own is refused', async () => {
  await owner(`CREATE ROLE ${quoted()} LOGIN; CREATE SCHEMA own; GRANT CREATE ON SCHEMA own TO ${quoted()}`);
  try {
    await expect(ensureApiLogin(home.url, login)).rejects.toThrow('may create in the schema own');
  } finally {
    await owner('DROP SCHEMA own');
  }
});

test('where everybody may create tables, the login could too, and is refused', async () => {
  await owner('GRANT CREATE ON SCHEMA public TO PUBLIC');
  try {
    await expect(ensureApiLogin(home.url, login)).rejects.toThrow('may create in the database or its schema public');
  } finally {
    await owner('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  }
});

test('a login that may reach the database and its schema is taken', async () => {
  const database = new URL(home.url).pathname.slice(1);
  await owner(`CREATE ROLE ${quoted()}; GRANT CONNECT ON DATABASE "${database}" TO ${quoted()};
    GRANT USAGE ON SCHEMA public TO ${quoted()}`);
  await ensureApiLogin(home.url, login);
  expect(await run(loginUrl(), 'SELECT')).toHaveLength(1);
});

test.each(programRoles)('%s is no login, and does not become one', async (name) => {
  const refused = ensureApiLogin(home.url, { name, password: 'x' });
  await expect(refused).rejects.toThrow(ApiLoginError);
  await expect(refused).rejects.toThrow('is a role of the program');
  expect(await owner(`SELECT rolcanlogin FROM pg_roles WHERE rolname = '${name}'`)).toEqual([{ rolcanlogin: false }]);
});

test('a login that owns a table, and the owner itself, are refused', async () => {
  await owner(`CREATE ROLE ${quoted()} LOGIN; CREATE TABLE theirs (); ALTER TABLE theirs OWNER TO ${quoted()}`);
  await expect(ensureApiLogin(home.url, login)).rejects.toThrow('owns something');
  const { username: name, password } = new URL(home.url);
  await expect(ensureApiLogin(home.url, { name, password: 'another' })).rejects.toThrow('is the login of DATABASE_URL');
  expect(await run(home.url, 'SELECT')).toHaveLength(1);
  expect(password).not.toBe('another');
});

test('a migration that is pending is not tried with that login: it says who can apply it', async () => {
  await ensureApiLogin(home.url, login);
  const [last] = await owner<{ name: string }>('SELECT max(migration_name) AS name FROM _prisma_migrations');
  await owner(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '${last?.name ?? ''}'`);
  try {
    const refused = migrate(loginUrl(), { logger });
    await expect(refused).rejects.toThrow(MigrationError);
    await expect(refused).rejects.toThrow(`lacks migration ${last?.name ?? ''}`);
    await expect(refused).rejects.toThrow('start a worker of this version first');
  } finally {
    await owner('UPDATE _prisma_migrations SET finished_at = now() WHERE finished_at IS NULL');
  }
});
