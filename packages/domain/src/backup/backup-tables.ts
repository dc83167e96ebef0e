import type { OwnerConnection } from '#db/with-owner-connection.js';
import { listTenantTables } from '../tenants/list-tenant-tables.js';

/** Tables that a backup has not, and why. A test finds a table that is neither here nor in the backup. */
export const leftOutOfBackups: Readonly<Record<string, string>> = {
  _prisma_migrations: 'the backup names them, and the database that it is restored into has its own',
  worker_heartbeat: 'which workers are alive now',
  session: 'who is signed in now; one that was ended since the backup would be open again',
};

export interface BackupTable {
  /** As SQL names it. */
  name: string;
  /** In the order of the table, as SQL names them. */
  columns: string[];
}

/** A month that was detached to be dropped, or that somebody keeps elsewhere: no part of the books any more. */
const detachedMonth = /_\d{4}_\d{2}$/;

/** What a backup has, each table after those that it refers to, so that rows can be inserted in this order. */
export async function listBackupTables(connection: OwnerConnection): Promise<BackupTable[]> {
  const ofTenants = (await listTenantTables(connection)).toReversed();
  const names = ['tenant', ...ofTenants.filter((name) => !(name in leftOutOfBackups) && !detachedMonth.test(name))];
  const { rows } = await connection.query<BackupTable>(
    `SELECT n AS name, ARRAY(
       SELECT format('%I', attname) FROM pg_attribute
       WHERE attrelid = n::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum) AS columns
     FROM unnest($1::text[]) WITH ORDINALITY AS t(n, position) ORDER BY position`,
    [names],
  );
  return rows;
}
