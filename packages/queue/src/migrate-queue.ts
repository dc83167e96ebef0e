import { LATEST_SCHEMA_VERSION, runMigrations } from 'bullmq';

interface OwnerConnection {
  query(text: string): Promise<{ rows: { version: number | null }[] }>;
}

/** Any number that no other program on this database locks. */
const queueMigrationLock = '5001202612';

/**
 * Brings BullMQ's own schema in Postgres to its version and lets the program's role use it. Idempotent, safe from many
 * processes at once, and a crash at any line is made good by the next call. Not needed with Redis.
 * @param connection with the rights to create a schema, unless it is up to date already
 */
export async function migrateQueue(connection: OwnerConnection): Promise<void> {
  await connection.query(`SELECT pg_advisory_lock(${queueMigrationLock})`);
  try {
    if ((await installedVersion(connection)) >= LATEST_SCHEMA_VERSION) return;
    await connection.query(grants);
    await runMigrations(connection as Parameters<typeof runMigrations>[0], 'bullmq');
  } finally {
    await connection.query(`SELECT pg_advisory_unlock(${queueMigrationLock})`);
  }
}

/** Granted before there is anything, so that nothing BullMQ makes is ever there without its grants. */
const grants = `
  CREATE SCHEMA IF NOT EXISTS bullmq;
  -- BullMQ makes a sequence per queue when the queue is first used.
  GRANT USAGE, CREATE ON SCHEMA bullmq TO keyledger_queue;
  ALTER DEFAULT PRIVILEGES IN SCHEMA bullmq GRANT ALL ON TABLES TO keyledger_queue;
  ALTER DEFAULT PRIVILEGES IN SCHEMA bullmq GRANT ALL ON SEQUENCES TO keyledger_queue;
  ALTER DEFAULT PRIVILEGES IN SCHEMA bullmq GRANT EXECUTE ON FUNCTIONS TO keyledger_queue;`;

async function installedVersion(connection: OwnerConnection): Promise<number> {
  const table = await connection.query(`SELECT (to_regclass('bullmq.migration') IS NOT NULL)::int AS version`);
  if (table.rows[0]?.version !== 1) return 0;
  const { rows } = await connection.query('SELECT max(version) AS version FROM bullmq.migration');
  return rows[0]?.version ?? 0;
}
