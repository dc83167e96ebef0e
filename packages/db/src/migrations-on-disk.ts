import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

const migrationsDir = new URL('../../../prisma/migrations/', import.meta.url);

export interface MigrationOnDisk {
  /** Directory name: `YYYYMMDDhhmmss_words`; their order is the order of application. */
  name: string;
  sql: string;
  /** SHA-256 of the file, as Prisma keeps it in `_prisma_migrations`. */
  checksum: string;
}

/** The migrations of this version of the program, in order. */
export async function listMigrationsOnDisk(): Promise<MigrationOnDisk[]> {
  const entries = await readdir(migrationsDir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, migrationsDir), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}
