import { copyRowsOut } from '#db/copy-rows-out.js';
import { listAppliedMigrations } from '#db/list-applied-migrations.js';
import type { OwnerConnection } from '#db/with-owner-connection.js';
import type { BackupManifest, BackupTotals } from './backup-format.js';
import { type BackupTable, listBackupTables } from './backup-tables.js';
import { addCounts, countRows, longTransaction, textSettings } from './count-rows.js';
import { jsonFrame, writeFrame } from './frames.js';

/**
 * Begins the transaction that a backup is read in: everything as of one instant, while others go on to write. Tables are
 * locked against being dropped or changed meanwhile, and against nothing else; a month that is to be dropped waits.
 */
export async function beginSnapshot(connection: OwnerConnection): Promise<BackupTable[]> {
  await connection.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${longTransaction}; ${textSettings}`);
  const tables = await listBackupTables(connection);
  await connection.query(`LOCK TABLE ${tables.map(({ name }) => name).join(', ')} IN ACCESS SHARE MODE`);
  return tables;
}

/** How much there was; filled in when the end has been read. */
interface Told {
  tenants: number;
  rows: number;
}

/**
 * All of the backup before it is compressed and sealed. Rows are read as the program sees them, tenant by tenant as that
 * tenant: row-level security is forced on owners too, and many of them may not turn it off.
 */
export async function* readSnapshot(
  connection: OwnerConnection,
  { tables, createdAt, told }: { tables: readonly BackupTable[]; createdAt: Date; told: Told },
): AsyncGenerator<Uint8Array, void, undefined> {
  const months = await listMonths(connection);
  const migrations = await listAppliedMigrations(connection);
  const { rows: servers } = await connection.query<{ server_version: string }>('SHOW server_version');
  await connection.query('SET LOCAL ROLE keyledger_unscoped');
  const tenants = await listIds(connection, 'SELECT id::text FROM tenant ORDER BY created_at, id');
  const masterKeyIds = await listIds(connection, 'SELECT DISTINCT master_key_id AS id FROM tenant_data_key ORDER BY 1');
  const manifest: BackupManifest = {
    createdAt: createdAt.toISOString(),
    postgres: servers[0]?.server_version ?? '',
    migrations,
    masterKeyIds,
    tables: [...tables],
    months,
    tenants: tenants.length,
  };
  yield* jsonFrame('manifest', manifest);
  await connection.query('SET LOCAL ROLE keyledger_app');
  const totals: BackupTotals = {};
  for (const tenantId of tenants) yield* readTenant(connection, { tenantId, tables, totals });
  yield* jsonFrame('end', totals);
  told.tenants = tenants.length;
  told.rows = Object.values(totals).reduce((sum, { rows }) => sum + rows, 0);
}

async function* readTenant(
  connection: OwnerConnection,
  { tenantId, tables, totals }: { tenantId: string; tables: readonly BackupTable[]; totals: BackupTotals },
): AsyncGenerator<Uint8Array, void, undefined> {
  await connection.query(`SELECT set_config('keyledger.tenant_id', $1, true)`, [tenantId]);
  const counts = await countRows(connection, tables);
  for (const { name, columns } of tables) {
    const count = counts.get(name) ?? { rows: 0, checksum: '0' };
    totals[name] = addCounts(totals[name], count);
    if (count.rows === 0) continue;
    yield* jsonFrame('section', { table: name, tenantId });
    for await (const rows of copyRowsOut(connection, `SELECT ${columns.join(', ')} FROM ${name}`)) {
      yield* writeFrame('rows', rows);
    }
  }
}

async function listIds(connection: OwnerConnection, sql: string): Promise<string[]> {
  const { rows } = await connection.query<{ id: string }>(sql);
  return rows.map(({ id }) => id);
}

/** First days of the months that any table has a partition for. */
function listMonths(connection: OwnerConnection): Promise<string[]> {
  return listIds(
    connection,
    `SELECT DISTINCT replace(right(c.relname, 7), '_', '-') || '-01' AS id
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1`,
  );
}
