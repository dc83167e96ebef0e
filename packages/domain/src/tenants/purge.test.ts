import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { type OwnerConnection, withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { admitPerson } from '../people/admit-person.js';
import { beginPurge } from './begin-purge.js';
import { deleteTenant } from './delete-tenant.js';
import { exportedTables, leftOutOfExports } from './exported-tables.js';
import { listTenantTables } from './list-tenant-tables.js';
import { restoreTenant } from './restore-tenant.js';
import type { Tenant } from './tenant.js';
import { exportTenant } from './export-tenant.js';
import { unscopedGetTenant } from './unscoped-get-tenant.js';
import { unscopedPurgeTenants } from './unscoped-purge-tenants.js';
import { updateTenant } from './update-tenant.js';

const rowsPerTable = 7;
const dayMs = 86_400_000;

let home: TestInstallation;
let platform: Tenant;
beforeAll(async () => {
  home = await createTestInstallation();
  platform = await home.addTenant('default');
});
afterAll(() => home.close());

/** As somebody whom no policy holds, which the owner of the tables is not. */
const asSuperuser = <T>(work: (connection: OwnerConnection) => Promise<T>) =>
  withOwnerConnection(home.url, async (connection) => {
    await connection.query('SET row_security = off');
    await connection.query('SET session_replication_role = replica'); // no triggers, hence no foreign keys
    return work(connection);
  });

/** Rows of every table there is, whatever its columns: what is tested is that none is forgotten. */
async function fill(connection: OwnerConnection, tenantId: string): Promise<void> {
  for (const table of await listTenantTables(connection)) {
    const { rows: columns } = await connection.query<{ name: string; type: string }>(
      `SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
       WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    );
    const { rows: checks } = await connection.query<{ name: string }>(
      `SELECT conname AS name FROM pg_constraint WHERE conrelid = '${table}'::regclass AND contype = 'c'`,
    );
    const dropped = checks.map(({ name }) => `ALTER TABLE ${table} DROP CONSTRAINT "${name}";`);
    const row = (index: number) =>
      columns.map(({ name, type }) => (name === 'tenant_id' ? `'${tenantId}'` : valueOf(type, index))).join(', ');
    const rows = Array.from({ length: rowsPerTable }, (_, index) => `(${row(index)})`).join(', ');
    const names = columns.map(({ name }) => name).join(', ');
    await connection.query(`${dropped.join('')} INSERT INTO ${table} (${names}) VALUES ${rows} ON CONFLICT DO NOTHING`);
  }
}

function valueOf(type: string, row: number): string {
  if (type === 'uuid') return `'${newId()}'`;
  if (type === 'bytea') return `sha256('${newId()}')`;
  if (type === 'boolean') return 'false';
  if (type === 'jsonb') return `'{}'`;
  if (type === 'date') return `'2026-11-${10 + row}'`;
  if (type.startsWith('timestamp')) return `'2026-11-${10 + row}T00:00:00Z'`;
  return type === 'text' ? `'${newId()}'` : String(row + 1);
}

/** How many rows each table has of a tenant. */
async function countOf(tenantId: string): Promise<Record<string, number>> {
  return asSuperuser(async (connection) => {
    const tables = await listTenantTables(connection);
    const counts = tables.map((table) => `(SELECT count(*)::int FROM ${table} WHERE tenant_id = $1) AS ${table}`);
    const { rows } = await connection.query<Record<string, number>>(`SELECT ${counts.join(', ')}`, [tenantId]);
    return rows[0] ?? {};
  });
}

const purge = (settings = { batchRows: 3, forMs: 60_000 }) =>
  unscopedPurgeTenants({ ...home, databaseUrl: home.url }, settings);
const remove = (id: string) => deleteTenant(home, id, { graceDays: 30 });
const auditOf = async (id: string) =>
  (await withTenant(home.db, platform.id, (tx) => tx.auditEvent.findMany({ where: { subjectId: id } }))).map(
    ({ action }) => action,
  );

test('a purge takes every row of the tenant in every table, and not one of another', async () => {
  const [gone, stays] = [await home.addTenant('gone'), await home.addTenant('stays')];
  await remove(gone.id);
  await asSuperuser(async (connection) => {
    await fill(connection, gone.id);
    await fill(connection, stays.id);
  });
  const before = { stays: await countOf(stays.id), platform: await countOf(platform.id) };
  const full = Object.values(await countOf(gone.id));
  expect(full.length).toBeGreaterThan(30);
  // The table of audit keys can have one.
  expect(full.toSorted((a, b) => a - b).slice(0, 2)).toEqual([1, rowsPerTable]);

  home.clock.advance(30 * dayMs - 1);
  expect(await purge()).toEqual([]);
  expect(Object.values(await countOf(gone.id))).toEqual(full);
  home.clock.advance(1);
  // A moment is enough for a batch: what is begun goes on with the next call.
  expect(await purge({ batchRows: 3, forMs: 0 })).toEqual([]);
  const total = (counts: number[]) => counts.reduce((sum, count) => sum + count, 0);
  expect(total(full) - total(Object.values(await countOf(gone.id)))).toBe(3);
  expect(await purge()).toEqual(['gone']);

  expect(new Set(Object.values(await countOf(gone.id)))).toEqual(new Set([0]));
  expect(await home.db.unscoped.tenant.findUnique({ where: { id: gone.id } })).toBeNull();
  expect(await countOf(stays.id)).toEqual(before.stays);
  const { audit_event: events, ...others } = before.platform;
  expect(await countOf(platform.id)).toEqual({ ...others, audit_event: (events ?? 0) + 1 });
  expect(await auditOf(gone.id)).toEqual(['tenant.create', 'tenant.delete', 'tenant.purge']);
});

test('a tenant that was restored in time is not purged, and one whose purge has begun is not restored', async () => {
  const [kept, late] = [await home.addTenant('kept'), await home.addTenant('late')];
  await remove(kept.id);
  await restoreTenant(home, kept.id);
  await remove(late.id);
  home.clock.advance(31 * dayMs);
  await purge({ batchRows: 1, forMs: -1 });
  await expect(restoreTenant(home, late.id)).rejects.toMatchObject({ code: 'tenant-state' });
  expect(await purge()).toEqual(['late']);
  expect(await home.db.unscoped.tenant.findUnique({ where: { id: kept.id } })).toMatchObject({ status: 'active' });
});

test('between being found due and its purge a tenant may be restored: then nothing begins, nor before its time', async () => {
  const tenant = await home.addTenant('wavering');
  await remove(tenant.id);
  home.clock.advance(30 * dayMs - 1);
  expect(await beginPurge(home, tenant.id)).toBe(false);
  home.clock.advance(1);
  await restoreTenant(home, tenant.id);
  expect(await beginPurge(home, tenant.id)).toBe(false);
  expect((await unscopedGetTenant(home, tenant.id)).purgeBeganAt).toBeNull();
});

test('while one worker purges, another leaves it alone', async () => {
  const tenant = await home.addTenant('contended');
  await remove(tenant.id);
  home.clock.advance(31 * dayMs);
  const other = { batchRows: 1, forMs: 60_000 };
  const purged = await withOwnerConnection(home.url, async (connection) => {
    // As a purge holds it; Postgres gives it to nobody else.
    await connection.query('SELECT pg_advisory_lock($1)', [5_001_202_613n]);
    return purge(other);
  });
  expect(purged).toEqual([]);
  expect(await purge(other)).toEqual(['contended']);
});

test('a tenant under purge refuses its people as any deleted one, and is neither changed nor exported', async () => {
  const tenant = await home.addTenant('vanishing');
  const identity = { issuer: 'https://id.example', subject: 'ann', name: 'Ann', email: null, groups: ['x'] };
  const signIn = (tenantSlug: string) =>
    admitPerson(home, {
      identity,
      weakness: null,
      rules: [{ by: 'group', value: 'x', tenantSlug, role: 'admin' }],
      origin: { address: null, requestId: null },
    });
  await signIn('vanishing');
  await remove(tenant.id);
  home.clock.advance(31 * dayMs);
  const withoutKeys = async () => {
    const { tenant_data_key: keys, person: people } = await countOf(tenant.id);
    return keys === 0 && people === 1;
  };
  for (let step = 0; step < 20 && !(await withoutKeys()); step += 1) await purge({ batchRows: 1_000, forMs: -1 });
  expect(await withoutKeys()).toBe(true);

  await expect(signIn('vanishing')).rejects.toMatchObject({ code: 'tenant-deleted' });
  const refused = await withTenant(home.db, platform.id, (tx) =>
    tx.auditEvent.findFirst({ where: { action: 'person.refuse' }, orderBy: { seq: 'desc' } }),
  );
  expect(refused?.subjectId).toBe('ann');
  const nothingLeft = { code: 'tenant-state' };
  await expect(exportTenant(home, tenant.id)).rejects.toMatchObject(nothingLeft);
  await expect(updateTenant(home, tenant.id, { name: 'Late' })).rejects.toMatchObject(nothingLeft);
  expect(await purge()).toEqual(['vanishing']);
});

test('what the role that purges may not delete is not deleted: a purge has no right beyond its own', async () => {
  const tenant = await home.addTenant('guarded');
  await remove(tenant.id);
  home.clock.advance(31 * dayMs);
  const asOwner = (sql: string) => withOwnerConnection(home.url, (connection) => connection.query(sql));
  await asOwner('REVOKE DELETE ON secret_use FROM keyledger_purger');
  expect(await purge()).toEqual([]);
  await asOwner('GRANT DELETE ON secret_use TO keyledger_purger');
  expect(await purge()).toEqual(['guarded']);
});

test('a tenant that is deleted again keeps the date of the first time', async () => {
  const tenant = await home.addTenant('twice');
  const { purgeAt } = await remove(tenant.id);
  home.clock.advance(dayMs);
  expect((await remove(tenant.id)).purgeAt).toEqual(purgeAt);
  await restoreTenant(home, tenant.id);
});

test('an export has every row once, also of a table that is read in several pieces', async () => {
  const tenant = await home.addTenant('large');
  const count = 2_001;
  await asSuperuser((connection) =>
    connection.query(
      `INSERT INTO access_token (tenant_id, id, name, role, token_hash)
       SELECT $1::uuid, gen_random_uuid(), 'token', 'viewer', sha256(convert_to($1::uuid::text || n, 'UTF8'))
       FROM generate_series(1, ${count}) AS n`,
      [tenant.id],
    ),
  );
  let text = '';
  for await (const piece of (await exportTenant(home, tenant.id)).lines) text += piece;
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.at(-1)).toMatchObject({ end: true, rows: { access_token: count } });
  const ids = lines.filter(({ table }) => table === 'access_token').map(({ row }) => row.id);
  expect([ids.length, new Set(ids).size]).toEqual([count, count]);
});

test.each([
  { when: 'begins', settings: { batchRows: 1, forMs: -1 }, code: 'tenant-state' },
  { when: 'is over', settings: { batchRows: 1_000, forMs: 60_000 }, code: 'not-found' },
])('an export whose tenant’s purge $when meanwhile breaks off without its last line', async ({ settings, code }) => {
  const tenant = await home.addTenant(`overtaken-${code}`);
  await remove(tenant.id);
  home.clock.advance(31 * dayMs);
  const { lines } = await exportTenant(home, tenant.id);
  expect((await lines.next()).value).toContain(tenant.slug);
  await purge(settings);
  await expect(lines.next()).rejects.toMatchObject({ code });
  expect(await lines.next()).toEqual({ done: true, value: undefined });
  await purge();
});

test('the role that purges sees and deletes nothing of a tenant that is not deleted', async () => {
  const active = await home.addTenant('active');
  await asSuperuser((connection) => fill(connection, active.id));
  const before = await countOf(active.id);
  await withOwnerConnection(home.url, async (connection) => {
    const tables = await listTenantTables(connection);
    await connection.query('SET ROLE keyledger_purger');
    await connection.query(`SELECT set_config('keyledger.tenant_id', $1, false)`, [active.id]);
    for (const table of [...tables, 'tenant']) {
      expect([table, (await connection.query(`DELETE FROM ${table}`)).rowCount]).toEqual([table, 0]);
    }
  });
  expect(await countOf(active.id)).toEqual(before);
});

test('a table is exported, or left out of exports for a reason', async () => {
  const tables = await withOwnerConnection(home.url, listTenantTables);
  expect([...Object.keys(exportedTables), ...Object.keys(leftOutOfExports)].toSorted()).toEqual(tables.toSorted());
  const secret = await withOwnerConnection(home.url, (connection) =>
    connection.query<{ at: string }>(
      `SELECT table_name || '.' || column_name AS at FROM information_schema.columns
       WHERE table_schema = 'public' AND data_type = 'bytea' AND table_name = ANY($1)`,
      [Object.keys(exportedTables)],
    ),
  );
  const without = Object.entries(exportedTables).flatMap(([table, { without: hidden = [] }]) =>
    hidden.map((column) => `${table}.${column}`),
  );
  // The chain of the audit proves nothing without its key, and anybody may see it.
  expect(secret.rows.map(({ at }) => at).toSorted()).toEqual([...without, 'audit_event.mac'].toSorted());
});

test('a tenant that cannot be purged holds up no other, and is purged when it can be', async () => {
  const [stuck, next] = [await home.addTenant('stuck'), await home.addTenant('next')];
  const asOwner = (sql: string) => withOwnerConnection(home.url, (connection) => connection.query(sql));
  await asOwner('CREATE TABLE holds_on (of_tenant uuid REFERENCES tenant (id))');
  await asOwner(`INSERT INTO holds_on VALUES ('${stuck.id}')`);
  await remove(stuck.id);
  home.clock.advance(1);
  await remove(next.id);
  home.clock.advance(31 * dayMs);
  expect(await purge()).toEqual(['next']);
  await asOwner('DROP TABLE holds_on');
  expect(await purge()).toEqual(['stuck']);
});
