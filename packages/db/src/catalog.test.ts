import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '#testing/test-database.js';
import { type Database, openDatabase } from './database.js';
import { type CatalogCheck, findCatalogFaults } from './find-catalog-faults.js';
import { listGrants } from './find-grant-faults.js';
import { findRoleFaults } from './find-role-faults.js';
import { openQueuePool } from './open-queue-pool.js';
import { releasedGrants } from './released-grants.js';
import { withOwnerConnection } from './with-owner-connection.js';

let home: { url: string; drop(): Promise<void> };
let db: Database;
beforeAll(async () => {
  home = await createTestDatabase();
  db = openDatabase({ url: home.url, poolSize: 2 });
});
afterAll(async () => {
  await db.close();
  await home.drop();
});

/** First column of every row, read as the owner. */
const list = (sql: string): Promise<string[]> =>
  withOwnerConnection(home.url, async (connection) => {
    const { rows } = await connection.query<{ item: string }>(sql);
    return rows.map(({ item }) => item);
  });
const findFaults = () => withOwnerConnection(home.url, findCatalogFaults);

test('a migrated database has no fault that the catalog could show', async () => {
  // A migration that adds a table with a tenant says: SELECT let_purge('its_name');
  expect(await findFaults()).toEqual(new Map());
  expect(
    await list(`SELECT count(*)::text AS item FROM information_schema.columns WHERE column_name = 'tenant_id'`),
  ).not.toEqual(['0']);
});

test('the released grants are those that the migrations make', async () => {
  // After a migration that grants: what is received here goes into released-grants.ts.
  expect(releasedGrants).toEqual(await withOwnerConnection(home.url, listGrants));
});

test('grants are listed in one order, whatever the collation of the database', async () => {
  const name = `collated_${Date.now()}`;
  await list(`CREATE DATABASE ${name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'`);
  const url = new URL(home.url);
  url.pathname = `/${name}`;
  const listed = await withOwnerConnection(url.href, async (connection) => {
    await connection.query('CREATE TABLE sorted (a int, "B" int); GRANT SELECT (a, "B") ON sorted TO keyledger_app');
    return listGrants(connection);
  });
  await list(`DROP DATABASE ${name}`);
  expect(listed['keyledger_app sorted']).toBe('SELECT (B, a)');
});

test('all of our roles are there, and the login may act as each', async () => {
  expect(await withOwnerConnection(home.url, findRoleFaults)).toEqual({ missing: [], refused: [] });
});

const ownPolicy = `USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id())`;

const viewOfKeys = (options: string) =>
  `CREATE VIEW view_of_keys ${options} AS SELECT id FROM provider_key; GRANT SELECT ON view_of_keys TO keyledger_app`;

/** What somebody could do to a database, and how that shows. All is undone, as DDL is. */
const harms: [sql: string, check: CatalogCheck, item: string][] = [
  ['CREATE TABLE forgot_all (tenant_id uuid)', 'open-tables', 'forgot_all'],
  [
    `CREATE TABLE forgot_policy (tenant_id uuid); ALTER TABLE forgot_policy ENABLE ROW LEVEL SECURITY;
     ALTER TABLE forgot_policy FORCE ROW LEVEL SECURITY`,
    'open-tables',
    'forgot_policy',
  ],
  [
    `CREATE TABLE forgot_force (tenant_id uuid); ALTER TABLE forgot_force ENABLE ROW LEVEL SECURITY;
     CREATE POLICY own ON forgot_force TO keyledger_app ${ownPolicy}`,
    'open-tables',
    'forgot_force',
  ],
  ['ALTER TABLE provider_key NO FORCE ROW LEVEL SECURITY', 'open-tables', 'provider_key'],
  ['ALTER TABLE provider_key DISABLE ROW LEVEL SECURITY', 'open-tables', 'provider_key'],
  ['ALTER POLICY own_tenant ON provider_key USING (true)', 'open-tables', 'provider_key'],
  ['ALTER POLICY own_tenant ON provider_key WITH CHECK (true)', 'open-tables', 'provider_key'],
  [
    'ALTER POLICY own_tenant ON provider_key USING (tenant_id = current_tenant_id() OR true)',
    'open-tables',
    'provider_key',
  ],
  ['CREATE POLICY more ON provider_key TO keyledger_app USING (true)', 'open-tables', 'provider_key'],
  [
    'CREATE POLICY more ON provider_key TO keyledger_app USING (tenant_id <> current_tenant_id())',
    'open-tables',
    'provider_key',
  ],
  ['CREATE POLICY more ON provider_key FOR INSERT WITH CHECK (true)', 'open-tables', 'provider_key'],
  ['ALTER TABLE tenant DISABLE ROW LEVEL SECURITY', 'open-tenant-table', 'tenant'],
  ['ALTER TABLE tenant NO FORCE ROW LEVEL SECURITY', 'open-tenant-table', 'tenant'],
  ['ALTER POLICY own_tenant ON tenant USING (true)', 'open-tenant-table', 'tenant'],
  ['CREATE POLICY more ON tenant TO keyledger_app USING (true)', 'open-tenant-table', 'tenant'],
  ['CREATE POLICY more ON tenant USING (true)', 'open-tenant-table', 'tenant'],
  ['DROP POLICY own_tenant ON tenant', 'open-tenant-table', 'tenant'],
  [
    'CREATE OR REPLACE FUNCTION current_tenant_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT NULL::uuid $$',
    'other-tenant-function',
    'current_tenant_id()',
  ],
  ['ALTER FUNCTION current_tenant_id() SECURITY DEFINER', 'other-tenant-function', 'current_tenant_id()'],
  ['DROP POLICY purge ON usage_record', 'unpurgeable-tables', 'usage_record'],
  [
    'ALTER POLICY purge ON usage_record USING (tenant_id = current_tenant_id() OR EXISTS (SELECT FROM tenant))',
    'unpurgeable-tables',
    'usage_record',
  ],
  ['CREATE POLICY more ON usage_record TO keyledger_purger USING (true)', 'unpurgeable-tables', 'usage_record'],
  ['ALTER POLICY purge ON tenant USING (true)', 'unpurgeable-tables', 'tenant'],
  ['ALTER ROLE keyledger_app BYPASSRLS', 'powerful-roles', 'keyledger_app'],
  ...['SUPERUSER', 'LOGIN', 'CREATEDB', 'CREATEROLE', 'REPLICATION'].map((power): (typeof harms)[number] => [
    `ALTER ROLE keyledger_unscoped ${power}`,
    'powerful-roles',
    'keyledger_unscoped',
  ]),
  ['GRANT keyledger_purger TO keyledger_app', 'powerful-roles', 'keyledger_app'],
  [
    'ALTER TABLE worker_heartbeat OWNER TO keyledger_unscoped',
    'powerful-roles',
    'keyledger_unscoped owns table worker_heartbeat',
  ],
  ['GRANT CREATE ON SCHEMA public TO keyledger_queue', 'powerful-roles', 'keyledger_queue makes tables'],
  ['GRANT SELECT ON provider_key TO PUBLIC', 'ways-around', 'provider_key: everybody'],
  [viewOfKeys(''), 'views-of-owner', 'view_of_keys'],
  [viewOfKeys('WITH (security_invoker = off)'), 'views-of-owner', 'view_of_keys'],
  [
    'CREATE MATERIALIZED VIEW of_all AS SELECT * FROM usage_record; GRANT SELECT ON of_all TO keyledger_app',
    'views-of-owner',
    'of_all',
  ],
  ['GRANT EXECUTE ON FUNCTION ensure_month_partitions TO PUBLIC', 'ways-around', 'ensure_month_partitions()'],
  ['GRANT SELECT (id) ON tenant TO keyledger_queue', 'seen-by-queue', 'tenant'],
  ['GRANT SELECT ON provider_key TO keyledger_unscoped', 'readable-secrets', 'provider_key.sealed_secret'],
  ['GRANT SELECT (fingerprint) ON provider_key TO keyledger_unscoped', 'readable-secrets', 'provider_key.fingerprint'],
  ['GRANT SELECT ON tenant_data_key TO keyledger_unscoped', 'readable-secrets', 'tenant_data_key.wrapped_key'],
  ['GRANT SELECT ON audit_key TO keyledger_unscoped', 'readable-secrets', 'audit_key.sealed_key'],
  ['GRANT UPDATE (before) ON audit_event TO keyledger_app', 'alterable-records', 'audit_event'],
  ['GRANT DELETE ON ledger_entry TO keyledger_app', 'alterable-records', 'ledger_entry'],
  ['GRANT TRUNCATE ON ledger_entry TO keyledger_app', 'alterable-records', 'ledger_entry'],
  ['GRANT UPDATE (cost_usd) ON cost_revision TO keyledger_app', 'alterable-records', 'cost_revision'],
  ['REVOKE ALL ON worker_heartbeat FROM keyledger_unscoped', 'missing-grants', 'worker_heartbeat'],
  ['REVOKE ALL ON tenant FROM keyledger_unscoped', 'missing-grants', 'tenant'],
  ['REVOKE ALL ON usage_record FROM keyledger_app', 'missing-grants', 'usage_record'],
  ['REVOKE ALL ON _prisma_migrations FROM keyledger_unscoped', 'missing-grants', '_prisma_migrations'],
];

test.each(harms)('it shows: %s', async (sql, check, item) => {
  const faults = await withOwnerConnection(home.url, async (connection) => {
    await connection.query('BEGIN');
    await connection.query(sql);
    return findCatalogFaults(connection);
  });
  expect(faults.get(check)).toContainEqual(expect.stringContaining(item));
  expect(await findFaults()).toEqual(new Map());
});

test('a view that reads with the rights of its reader is none of its owner', async () => {
  const faults = await withOwnerConnection(home.url, async (connection) => {
    await connection.query(`BEGIN; ${viewOfKeys('WITH (security_invoker = true)')}`);
    return findCatalogFaults(connection);
  });
  expect(faults.get('views-of-owner')).toBeUndefined();
});

test('what BullMQ makes as it goes is no fault', async () => {
  const pool = openQueuePool({ url: home.url, poolSize: 1 });
  await pool.query('CREATE SEQUENCE bullmq.as_it_goes');
  await pool.end();
  expect(await findFaults()).toEqual(new Map());
});

test('a grant on a partition shows, as it leads around its parent’s policies', async () => {
  const faults = await withOwnerConnection(home.url, async (connection) => {
    await connection.query(`BEGIN; SELECT ensure_month_partitions('2021-01-01')`);
    await connection.query('GRANT SELECT ON usage_record_2021_01 TO keyledger_app');
    return findCatalogFaults(connection);
  });
  expect(faults.get('ways-around')).toEqual(['usage_record_2021_01: keyledger_app']);
});

test('a role that is missing, or that the login may not act as, is found', async () => {
  const faults = await withOwnerConnection(home.url, async (connection) => {
    await connection.query(`BEGIN; ALTER ROLE keyledger_queue RENAME TO keyledger_lost;
      CREATE ROLE stranger; GRANT keyledger_app TO stranger; SET LOCAL ROLE stranger`);
    return findRoleFaults(connection);
  });
  expect(faults).toEqual({ missing: ['keyledger_queue'], refused: ['keyledger_purger', 'keyledger_unscoped'] });
});

test('every connection has the role of its pool', async () => {
  const asked = (client: Database['app']) => client.$queryRaw`SELECT current_user::text AS role`;
  expect(await asked(db.app)).toEqual([{ role: 'keyledger_app' }]);
  expect(await asked(db.unscoped)).toEqual([{ role: 'keyledger_unscoped' }]);
  const pool = openQueuePool({ url: home.url, poolSize: 1 });
  const { rows } = await pool.query('SELECT current_user::text AS role');
  await pool.end();
  expect(rows).toEqual([{ role: 'keyledger_queue' }]);
});

test.each([
  'SELECT sealed_secret FROM provider_key',
  'SELECT fingerprint FROM provider_key',
  'SELECT label FROM provider_key',
  'SELECT * FROM provider_key',
  'SELECT wrapped_key FROM tenant_data_key',
  'SELECT cost_usd FROM usage_record',
  'SELECT * FROM probe_run',
  `UPDATE provider_key SET health = 'healthy'`,
  'UPDATE provider_key SET sealed_secret = NULL',
  `UPDATE access_token SET role = 'platform-admin'`,
  'UPDATE access_token SET revoked_at = NULL',
  'DELETE FROM access_token',
  'DELETE FROM provider_key',
  `UPDATE tenant SET status = 'active'`,
  `INSERT INTO tenant (id, slug, name) VALUES (gen_random_uuid(), 'x', 'x')`,
  'DELETE FROM usage_record',
  'DELETE FROM usage_hourly',
  `INSERT INTO access_token (tenant_id, id, name, role, token_hash)
     VALUES (gen_random_uuid(), gen_random_uuid(), 'x', 'admin', sha256('x'))`,
])('the role that looks across tenants may not: %s', async (sql) => {
  await expect(db.unscoped.$executeRawUnsafe(sql)).rejects.toThrow(/permission denied/);
});

test.each([
  'UPDATE usage_record SET requests = 0',
  'UPDATE ledger_entry SET amount_usd = 0',
  'DELETE FROM ledger_entry',
  'UPDATE cost_revision SET cost_usd = 0',
  'DELETE FROM price_override',
  'UPDATE price_version SET overrides = NULL',
  `UPDATE probe_run SET outcome = 'ok'`,
  'DELETE FROM provider_key',
  'DELETE FROM access_token',
  'DELETE FROM tenant',
  'SELECT * FROM worker_heartbeat',
  'SELECT * FROM _prisma_migrations',
  'TRUNCATE usage_record',
  `SELECT * FROM usage_record_${new Date().toISOString().slice(0, 7).replace('-', '_')}`,
])('the role of a tenant may not: %s', async (sql) => {
  await expect(db.app.$executeRawUnsafe(sql)).rejects.toThrow(/permission denied/);
});
