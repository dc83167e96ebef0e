import { Client } from 'pg';
import { DatabaseUnreachableError } from './database-unreachable-error.js';

/** A connection with the login's own rights, for what changes the database itself. Never for a request. */
export type OwnerConnection = Pick<Client, 'query'>;

/**
 * Opens one such connection for `work` and closes it, which also releases any session lock that `work` took.
 * @throws DatabaseUnreachableError
 */
export async function withOwnerConnection<T>(
  url: string,
  work: (connection: OwnerConnection) => Promise<T>,
): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    application_name: 'keyledger_owner',
  });
  // A connection that is lost fails the query under way, which tells the caller; the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new DatabaseUnreachableError(error);
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
