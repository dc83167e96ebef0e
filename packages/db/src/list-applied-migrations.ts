import type { OwnerConnection } from './with-owner-connection.js';

export interface AppliedMigration {
  name: string;
  /** SHA-256 of its file as it was when it was applied. */
  checksum: string;
}

/** What Prisma's own `_prisma_migrations` says was applied, in order; empty where there is no such table yet. */
export async function listAppliedMigrations(connection: OwnerConnection): Promise<AppliedMigration[]> {
  const table = await connection.query<{ found: string | null }>(
    `SELECT to_regclass('public._prisma_migrations') AS found`,
  );
  if (!table.rows[0]?.found) return [];
  const { rows } = await connection.query<AppliedMigration>(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  );
  return rows;
}
