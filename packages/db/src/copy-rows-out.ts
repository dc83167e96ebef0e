import { to } from 'pg-copy-streams';
import type { OwnerConnection } from './with-owner-connection.js';

/**
 * The rows of a query in the text format of COPY, each ended by a line feed and without another one in it, as they come
 * from the server. To be read to the end before the connection is asked for something else; closing the connection ends it
 * too.
 */
export function copyRowsOut(connection: OwnerConnection, query: string): AsyncIterable<Buffer> {
  return connection.query(to(`COPY (${query}) TO STDOUT`));
}
