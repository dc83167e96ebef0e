import type { Database } from '#db/database.js';
import { eventually } from './eventually.js';

/** Resolves once some transaction in this database, or as many as are meant, wait for locks of others. */
export async function untilSomebodyWaits(db: Database, { atLeast = 1 } = {}): Promise<void> {
  await eventually('a transaction waits for another', async () => {
    const [row] = await db.unscoped.$queryRaw<{ waiting: number }[]>`
      SELECT count(DISTINCT pid)::int AS waiting FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE NOT l.granted AND a.datname = current_database()`;
    return (row?.waiting ?? 0) >= atLeast;
  });
}
