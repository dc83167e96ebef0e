import type { MasterKeyRing } from '#crypto/key-ring.js';
import { copyRowsIn } from '#db/copy-rows-in.js';
import type { OwnerConnection } from '#db/with-owner-connection.js';
import { BackupError } from './backup-error.js';
import type { BackupManifest, BackupTotals } from './backup-format.js';
import { type BackupTable, listBackupTables } from './backup-tables.js';
import { countRows, longTransaction, textSettings } from './count-rows.js';
import { readBackup } from './read-backup.js';
import { notEmpty } from './not-empty.js';

/** A program that is at work on the database keeps its tables; it is told of after this long. */
const lockWaitMs = 10_000;
const lockNotAvailable = '55P03';

/**
 * Writes all rows of a backup in one transaction, and commits when the database has what the backup says and nothing else.
 * @throws BackupError when the database is not empty or in use, and whatever `readBackup` throws; nothing is written then
 */
export async function fillDatabase(
  deps: { ring: MasterKeyRing },
  connection: OwnerConnection,
  file: string,
): Promise<void> {
  await connection.query(`BEGIN; ${longTransaction}; ${textSettings}; SET LOCAL lock_timeout = ${lockWaitMs}`);
  const tables = await listBackupTables(connection);
  await openToOwner(connection, tables);
  await assertEmpty(connection, tables);
  const targets = new Map(tables.map(({ name, columns }) => [name, `${name} (${columns.join(', ')})`]));
  await readBackup(deps.ring, file, {
    async begin(manifest) {
      assertSameColumns(manifest, tables);
      for (const month of manifest.months) await connection.query('SELECT ensure_month_partitions($1::date)', [month]);
    },
    async section({ table }, rows) {
      const target = targets.get(table);
      if (target === undefined) throw new BackupError(`The backup has a table that this version does not: ${table}.`);
      await copyRowsIn(connection, target, rows);
    },
    end: (totals) => assertSameRows(connection, { tables, totals }),
  });
  await closeToOwner(connection, tables);
  await connection.query('COMMIT');
}

/** Row-level security, forced on the owner too, would refuse COPY. Others wait until the transaction has ended. */
async function openToOwner(connection: OwnerConnection, tables: readonly BackupTable[]): Promise<void> {
  try {
    for (const { name } of tables) await connection.query(`ALTER TABLE ${name} NO FORCE ROW LEVEL SECURITY`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === lockNotAvailable)) throw error;
    throw new BackupError('Another program is at work on this database: stop api and worker, then restore.', {
      cause: error,
    });
  }
}

async function closeToOwner(connection: OwnerConnection, tables: readonly BackupTable[]): Promise<void> {
  for (const { name } of tables) await connection.query(`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`);
}

async function assertEmpty(connection: OwnerConnection, tables: readonly BackupTable[]): Promise<void> {
  for (const { name } of tables) {
    const { rows } = await connection.query(`SELECT FROM ${name} LIMIT 1`);
    if (rows.length > 0) throw notEmpty(`rows in ${name}`);
  }
}

function assertSameColumns(manifest: BackupManifest, tables: readonly BackupTable[]): void {
  const describe = ({ name, columns }: BackupTable) => `${name} (${columns.join(', ')})`;
  const ours = new Set(tables.map(describe));
  const other = manifest.tables.map(describe).find((table) => !ours.has(table));
  if (other === undefined && manifest.tables.length === tables.length) return;
  throw new BackupError(
    `The tables of this database are not those of the backup, though the migrations are: ${other ?? 'there are more'}.`,
  );
}

async function assertSameRows(
  connection: OwnerConnection,
  { tables, totals }: { tables: readonly BackupTable[]; totals: BackupTotals },
): Promise<void> {
  const counts = await countRows(connection, tables);
  for (const { name } of tables) {
    const expected = totals[name] ?? { rows: 0, checksum: '0' };
    const found = counts.get(name);
    if (found?.rows === expected.rows && found.checksum === expected.checksum) continue;
    throw new BackupError(
      `After the restore ${name} would hold ${found?.rows ?? 0} rows that are not the ${expected.rows} of the backup. Nothing was written.`,
    );
  }
}
