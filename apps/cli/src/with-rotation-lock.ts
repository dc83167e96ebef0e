import { withOwnerConnection } from '#db/with-owner-connection.js';
import { CommandError } from './command.js';

/** One command that changes keys at a time. The lock goes with its connection, so with the process, however it ends. */
export function withRotationLock<T>(databaseUrl: string, work: () => Promise<T>): Promise<T> {
  return withOwnerConnection(databaseUrl, async (connection) => {
    const { rows } = await connection.query<{ taken: boolean }>(
      `SELECT pg_try_advisory_lock(hashtextextended('keyledger rotation', 0)) AS taken`,
    );
    if (!rows[0]?.taken) throw new CommandError('Another rotation is under way: wait until it has ended.');
    return work();
  });
}
