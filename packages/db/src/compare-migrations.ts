import { type AppliedMigration, listAppliedMigrations } from './list-applied-migrations.js';
import { listMigrationsOnDisk, type MigrationOnDisk } from './migrations-on-disk.js';
import type { OwnerConnection } from './with-owner-connection.js';

export interface MigrationState {
  applied: AppliedMigration[];
  /** Of this version, not applied yet. */
  pending: MigrationOnDisk[];
  /** Names of those that the database has and this version does not know. */
  unknown: string[];
  /** Names of those whose file is another than the one that was applied. */
  edited: string[];
}

/** The migrations of this version of the program beside those of the database. */
export async function compareMigrations(connection: OwnerConnection): Promise<MigrationState> {
  const applied = await listAppliedMigrations(connection);
  const onDisk = await listMigrationsOnDisk();
  const checksums = new Map(applied.map(({ name, checksum }) => [name, checksum]));
  const known = new Set(onDisk.map(({ name }) => name));
  return {
    applied,
    pending: onDisk.filter(({ name }) => !checksums.has(name)),
    unknown: applied.map(({ name }) => name).filter((name) => !known.has(name)),
    edited: onDisk
      .filter(({ name, checksum }) => (checksums.get(name) ?? checksum) !== checksum)
      .map(({ name }) => name),
  };
}
