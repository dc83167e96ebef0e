import { LATEST_SCHEMA_VERSION, runMigrations } from 'bullmq';

interface OwnerConnection {
  query(text: string): Promise<{ rows: { version: number | null }[] }>;
}

/**
 * Brings BullMQ's own schema in Postgres to its version and lets the program's role use it. Idempotent, and safe from
 * many processes at once. Not needed with Redis.
 * @param connection with the rights to create a schema, unless it is up to date already
 */
export async function migrateQueue(connection: OwnerConnection): Promise<void> {
  if ((await installedVersion(connection)) >= LATEST_SCHEMA_VERSION) return;
  await runMigrations(connection as Parameters<typeof runMigrations>[0], 'bullmq');
  await connection.query(`
    -- BullMQ makes a sequence per queue when the queue is first used.
    GRANT USAGE, CREATE ON SCHEMA bullmq TO keyledger_queue;
    GRANT ALL ON ALL TABLES IN SCHEMA bullmq TO keyledger_queue;
    GRANT ALL ON ALL SEQUENCES IN SCHEMA bullmq TO keyledger_queue;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA bullmq TO keyledger_queue;`);
}

async function installedVersion(connection: OwnerConnection): Promise<number> {
  const table = await connection.query(`SELECT (to_regclass('bullmq.migration') IS NOT NULL)::int AS version`);
  if (table.rows[0]?.version !== 1) return 0;
  const { rows } = await connection.query('SELECT max(version) AS version FROM bullmq.migration');
  return rows[0]?.version ?? 0;
}
