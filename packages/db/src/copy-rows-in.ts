import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from } from 'pg-copy-streams';
import type { OwnerConnection } from './with-owner-connection.js';

/**
 * Inserts what `copyRowsOut` gave, as fast as the server takes it.
 * @param target `table (column, …)`
 */
export async function copyRowsIn(
  connection: OwnerConnection,
  target: string,
  rows: AsyncIterable<Buffer>,
): Promise<void> {
  await pipeline(Readable.from(rows), connection.query(from(`COPY ${target} FROM STDIN`)));
}
