import { randomUUID } from 'node:crypto';
import type { Logger } from '#core/logger.js';
import { compareMigrations } from './compare-migrations.js';
import type { MigrationOnDisk } from './migrations-on-disk.js';
import { type OwnerConnection, withOwnerConnection } from './with-owner-connection.js';

/** Any number that no other program on this database locks. */
const migrationLock = 5_001_202_611n;

/** Thrown when the database and the migrations of this program disagree. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Brings the database to this version. Any number of processes may call it at once: an advisory lock lets one work and
 * the others find nothing to do. Each migration is one transaction with its row in Prisma's own `_prisma_migrations`,
 * so an interrupted one leaves nothing behind and `prisma migrate deploy` agrees with the result.
 * @throws MigrationError when an applied migration was edited afterwards, the database is newer than the program, or one is
 * pending that this login may not apply.
 */
export async function migrate(url: string, deps: { logger: Logger }): Promise<{ applied: string[] }> {
  return withOwnerConnection(url, async (connection) => {
    await connection.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    const pending = await findPending(connection);
    await assertMayApply(connection, pending);
    for (const migration of pending) {
      await apply(connection, migration);
      deps.logger.info({ migration: migration.name }, 'migration applied');
    }
    return { applied: pending.map(({ name }) => name) };
  });
}

async function findPending(connection: OwnerConnection): Promise<MigrationOnDisk[]> {
  const { pending, unknown, edited } = await compareMigrations(connection);
  if (unknown[0] !== undefined) {
    throw new MigrationError(
      `The database has migration ${unknown[0]}, which this version does not know. Use a newer one.`,
    );
  }
  if (edited[0] !== undefined) {
    throw new MigrationError(
      `Migration ${edited[0]} was changed after it had been applied. Restore the released file.`,
    );
  }
  return pending;
}

/** The api's own login may not (docs/operations.md, Database login): whoever may has to come first. */
async function assertMayApply(connection: OwnerConnection, [first]: readonly MigrationOnDisk[]): Promise<void> {
  if (!first) return;
  const { rows } = await connection.query<{ may: boolean }>(`SELECT has_schema_privilege('public', 'CREATE') AS may`);
  if (rows[0]?.may) return;
  throw new MigrationError(
    `The database lacks migration ${first.name}, and the login of DATABASE_URL may not apply it. With the login that owns the ` +
      'database, start a worker of this version first or run “keyledger database prepare”; docker compose up does.',
  );
}

// The columns are Prisma's (schema engine 7, `_prisma_migrations`), so that its CLI can take over at any time.
const historyTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
  logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0)`;

/** A failure needs no ROLLBACK of its own: the connection is closed on it, which also works when it is lost already. */
async function apply(connection: OwnerConnection, { name, sql, checksum }: MigrationOnDisk): Promise<void> {
  await connection.query('BEGIN');
  await connection.query(historyTable);
  await connection.query(sql);
  await connection.query('GRANT SELECT ON _prisma_migrations TO keyledger_unscoped');
  await connection.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), 1)`,
    [randomUUID(), checksum, name],
  );
  await connection.query('COMMIT');
}
