import type { Clock } from '#core/clock.js';
import { type OwnerConnection, withOwnerConnection } from '#db/with-owner-connection.js';

/** Whose rows are history that the hourly sums outlive. */
const parents = ['usage_record', 'reported_usage', 'probe_run'];

/** Any number that no other program on this database locks. */
const retentionLock = 5_001_202_612n;
/** Detaching waits for transactions that may still see the month. One that takes longer is left to the next call. */
const lockWaitMs = 30_000;
const dayMs = 24 * 60 * 60_000;

/**
 * Drops the months of usage records, reported usage and probe runs that ended more than `keepDays` ago, a partition each.
 * Nobody who writes or reads is kept waiting: a partition is detached concurrently and dropped when nobody sees it any
 * more. Sums of hours and days stay. May be called by several workers at once, and goes on where a former call was
 * interrupted.
 * @returns the partitions that were dropped, oldest first
 */
export async function unscopedDropExpiredMonths(
  deps: { databaseUrl: string; clock: Clock },
  { keepDays }: { keepDays: number },
): Promise<string[]> {
  const cutoff = new Date(deps.clock.now().getTime() - keepDays * dayMs);
  return withOwnerConnection(deps.databaseUrl, async (connection) => {
    const { rows } = await connection.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
      retentionLock,
    ]);
    if (!rows[0]?.mine) return [];
    await connection.query(`SET lock_timeout = ${lockWaitMs}`);
    const dropped: string[] = [];
    for (const month of await listExpired(connection, cutoff)) {
      if (!(await drop(connection, month))) break;
      dropped.push(month.name);
    }
    return dropped;
  });
}

interface Month {
  name: string;
  parent: string;
  state: 'attached' | 'detaching' | 'detached';
}

const mark = 'keyledger: expired';

/** A month that somebody else has detached, to keep it elsewhere, is without our mark and is left alone. */
async function listExpired(connection: OwnerConnection, cutoff: Date): Promise<Month[]> {
  const { rows } = await connection.query<Month>(
    `SELECT c.relname AS name, left(c.relname, -8) AS parent,
       CASE WHEN NOT c.relispartition THEN 'detached' WHEN i.inhdetachpending THEN 'detaching' ELSE 'attached' END AS state
     FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname ~ '_\\d{4}_\\d{2}$'
       AND left(c.relname, -8) = ANY($1)
       AND (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC' <= $2
       AND (c.relispartition OR obj_description(c.oid, 'pg_class') = $3)
     ORDER BY right(c.relname, 7), c.relname`,
    [parents, cutoff, mark],
  );
  return rows;
}

/**
 * Each step is a transaction of its own; the names are made of our own tables' and of digits.
 * @returns false when somebody looked at the month for too long
 */
async function drop(connection: OwnerConnection, { name, parent, state }: Month): Promise<boolean> {
  try {
    if (state === 'detaching') await connection.query(`ALTER TABLE ${parent} DETACH PARTITION ${name} FINALIZE`);
    if (state === 'attached') {
      await connection.query(`COMMENT ON TABLE ${name} IS '${mark}'`);
      await connection.query(`ALTER TABLE ${parent} DETACH PARTITION ${name} CONCURRENTLY`);
    }
    await connection.query(`DROP TABLE ${name}`);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === lockNotAvailable) return false;
    throw error;
  }
}

/** SQLSTATE of a `lock_timeout` that has passed. */
const lockNotAvailable = '55P03';
