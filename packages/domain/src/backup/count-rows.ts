import type { OwnerConnection } from '#db/with-owner-connection.js';
import type { BackupTable } from './backup-tables.js';

export interface RowCount {
  rows: number;
  /** Of the rows in any order: the sum of 60 bits of each one's SHA-256. Decimal digits. */
  checksum: string;
}

/**
 * What makes a row the same text in every session; the checksums of a backup and of what became of it are of such texts.
 */
export const textSettings = `
  SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres';
  SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1`;

/** However the server is set up: a transaction of hours, whose pace is that of a disk or a network. */
export const longTransaction = `SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`;

/** Counts the rows that the connection sees, in one statement and so as of one instant. Needs `textSettings`. */
export async function countRows(
  connection: OwnerConnection,
  tables: readonly BackupTable[],
): Promise<Map<string, RowCount>> {
  const counts = tables.map(
    ({ name, columns }, index) => `
    SELECT ${index} AS index, count(*)::float8 AS rows, COALESCE(sum(('x' || left(encode(sha256(
      convert_to(t::text, 'UTF8')), 'hex'), 15))::bit(60)::bigint), 0)::text AS checksum
    FROM (SELECT ${columns.join(', ')} FROM ${name}) t`,
  );
  const { rows } = await connection.query<RowCount & { index: number }>(counts.join(' UNION ALL '));
  return new Map(rows.map(({ index, ...count }) => [tables[index]?.name ?? '', count]));
}

/** The counts of two sets of rows that have none in common. */
export function addCounts(one: RowCount | undefined, other: RowCount): RowCount {
  if (!one) return other;
  return { rows: one.rows + other.rows, checksum: String(BigInt(one.checksum) + BigInt(other.checksum)) };
}
