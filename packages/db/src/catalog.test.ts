import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '#testing/test-database.js';
import { type Database, openDatabase } from './database.js';
import { openQueuePool } from './open-queue-pool.js';
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

const roles = `('keyledger_app', 'keyledger_unscoped', 'keyledger_queue', 'keyledger_purger')`;

/** First column of every row, read as the owner. */
const list = (sql: string): Promise<string[]> =>
  withOwnerConnection(home.url, async (connection) => {
    const { rows } = await connection.query<{ item: string }>(sql);
    return rows.map(({ item }) => item);
  });

// A partition is reached through its parent alone, whose policies then hold; see the test on grants.
const tenantTablesLeftOpen = `
  SELECT c.relname AS item FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
      SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND 'keyledger_app'::regrole = ANY(p.polroles)
        AND pg_get_expr(p.polqual, p.polrelid) ~ 'current_tenant_id' AND p.polwithcheck IS NOT NULL))`;

test('every table with a tenant has forced row-level security that asks for the tenant', async () => {
  expect(await list(tenantTablesLeftOpen)).toEqual([]);
  expect(
    await list(`SELECT count(*)::text AS item FROM information_schema.columns WHERE column_name = 'tenant_id'`),
  ).not.toEqual(['0']);
});

test('a new table that forgets its policy, or to force it, is found', async () => {
  await withOwnerConnection(home.url, async (connection) => {
    await connection.query(`
      CREATE TABLE forgot_all (tenant_id uuid);
      CREATE TABLE forgot_policy (tenant_id uuid);
      ALTER TABLE forgot_policy ENABLE ROW LEVEL SECURITY;
      ALTER TABLE forgot_policy FORCE ROW LEVEL SECURITY;
      CREATE TABLE forgot_force (tenant_id uuid);
      ALTER TABLE forgot_force ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON forgot_force TO keyledger_app USING (tenant_id = current_tenant_id())
        WITH CHECK (tenant_id = current_tenant_id());`);
    try {
      expect((await list(tenantTablesLeftOpen)).toSorted()).toEqual(['forgot_all', 'forgot_force', 'forgot_policy']);
    } finally {
      await connection.query('DROP TABLE forgot_all, forgot_policy, forgot_force');
    }
  });
});

test('every table with a tenant can be purged, and of a deleted tenant alone', async () => {
  const forgotten = await list(`SELECT c.relname AS item FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND NOT (has_table_privilege('keyledger_purger', c.oid, 'DELETE') AND EXISTS (
        SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polroles = ARRAY['keyledger_purger'::regrole::oid]
          AND pg_get_expr(p.polqual, p.polrelid) ~ 'current_tenant_id.*EXISTS.*FROM tenant'))`);
  // A migration that adds such a table says: SELECT let_purge('its_name');
  expect(forgotten).toEqual([]);
});

test('the table of tenants shows a tenant only itself', async () => {
  const own = await list(`SELECT pg_get_expr(polqual, polrelid) AS item FROM pg_policy
    WHERE polrelid = 'tenant'::regclass AND 'keyledger_app'::regrole = ANY(polroles)`);
  expect(own).toEqual([expect.stringContaining('current_tenant_id')]);
  const [forced] = await list(`SELECT relforcerowsecurity::text AS item FROM pg_class WHERE oid = 'tenant'::regclass`);
  expect(forced).toBe('true');
});

test('our roles cannot log in, own nothing, bypass nothing and belong to no other role', async () => {
  const powers = await list(`SELECT rolname AS item FROM pg_roles WHERE rolname IN ${roles}
    AND (rolsuper OR rolbypassrls OR rolcanlogin OR rolcreatedb OR rolcreaterole OR rolreplication)`);
  const memberships = await list(`SELECT member::regrole::text AS item FROM pg_auth_members
    WHERE member IN (SELECT oid FROM pg_roles WHERE rolname IN ${roles})`);
  const possessions = await list(`SELECT classid::regclass || ' ' || objid AS item FROM pg_shdepend
    WHERE deptype = 'o' AND refobjid IN (SELECT oid FROM pg_roles WHERE rolname IN ${roles})
      AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`);
  expect([powers, memberships, possessions]).toEqual([[], [], []]);
  expect(await list(`SELECT rolname AS item FROM pg_roles WHERE rolname IN ${roles}`)).toHaveLength(4);
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

test('partitions and the public grant nothing, so there is no way around a policy', async () => {
  const granted = await list(`SELECT c.relname || ': ' || g.grantee::regrole AS item FROM pg_class c,
    LATERAL aclexplode(c.relacl) g WHERE c.relnamespace = 'public'::regnamespace
      AND ((c.relispartition AND g.grantee <> c.relowner) OR g.grantee = 0)`);
  expect(granted).toEqual([]);
  const callable = await list(`SELECT proname AS item FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prosecdef AND has_function_privilege('public', oid, 'EXECUTE')`);
  expect(callable).toEqual([]);
});

test('the role of the queue sees no table of ours, and none of our roles may make one', async () => {
  const seen = await list(`SELECT relname AS item FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind IN ('r', 'p', 'v', 'S') AND has_any_column_privilege('keyledger_queue', oid, 'SELECT, INSERT, UPDATE')`);
  const makers = await list(`SELECT rolname AS item FROM pg_roles
    WHERE rolname IN ${roles} AND has_schema_privilege(oid, 'public', 'CREATE')`);
  expect([seen, makers]).toEqual([[], []]);
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
