import type { Clock } from '#core/clock.js';
import type { OwnerConnection } from '#db/with-owner-connection.js';
import type { Finding } from './finding.js';

const subject = 'Partitions';
const remedy = 'Start a worker: it makes those of this month and of the next two, and looks again every hour.';

/** Whether what is recorded now, and after the turn of the month, has a table to go into. */
export async function inspectPartitions(connection: OwnerConnection, clock: Clock): Promise<Finding[]> {
  const now = clock.now();
  const monthOf = (ahead: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
  const thisMonth = await listMissing(connection, monthOf(0));
  if (thisMonth.length > 0) {
    return [{ subject, state: 'fail', says: `Nothing can be recorded this month in ${thisMonth.join(', ')}.`, remedy }];
  }
  const nextMonth = await listMissing(connection, monthOf(1));
  if (nextMonth.length > 0) {
    return [{ subject, state: 'warn', says: `Next month has no place yet in ${nextMonth.join(', ')}.`, remedy }];
  }
  return [{ subject, state: 'ok', says: 'there for this month and the next' }];
}

/** Tables that have months, and not this one. */
async function listMissing(connection: OwnerConnection, month: Date): Promise<string[]> {
  const { rows } = await connection.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'p'
       AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid
         AND i.inhrelid = to_regclass(format('%I', c.relname || '_' || $1)))
     ORDER BY c.relname`,
    [month.toISOString().slice(0, 7).replace('-', '_')],
  );
  return rows.map(({ name }) => name);
}
