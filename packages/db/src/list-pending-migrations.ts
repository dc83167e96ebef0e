import type { Database } from './database.js';
import { listMigrationsOnDisk } from './migrations-on-disk.js';

/** Names of this version's migrations that the database does not have yet; empty when it is up to date. */
export async function listPendingMigrations(db: Database): Promise<string[]> {
  const rows = await db.unscoped.$queryRaw<{ migration_name: string }[]>`
    SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
  const applied = new Set(rows.map((row) => row.migration_name));
  const onDisk = await listMigrationsOnDisk();
  return onDisk.map(({ name }) => name).filter((name) => !applied.has(name));
}
