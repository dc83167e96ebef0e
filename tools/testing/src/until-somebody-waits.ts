import type { Database } from '#db/database.js';
import { eventually } from './eventually.js';

/** Resolves once some transaction in this database waits for a lock of another. */
export async function untilSomebodyWaits(db: Database): Promise<void> {
  await eventually('a transaction waits for another', async () => {
    const [row] = await db.unscoped.$queryRaw<{ waits: boolean }[]>`
      SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE NOT l.granted AND a.datname = current_database()) AS waits`;
    return row?.waits ?? false;
  });
}
