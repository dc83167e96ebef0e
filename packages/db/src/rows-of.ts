import { arrayLiteral } from './array-literal.js';
import { Prisma } from './rows.js';

/** One column of rows that travel into a statement. */
export interface ColumnOf<T> {
  /** In the statement. */
  name: string;
  /** Postgres' type. */
  type: string;
  of: (row: T) => string | number | null | undefined;
}

/**
 * Rows as a query, `SELECT … FROM …`, to be read from in a statement. What is the same in all of them, as most counts are
 * (0), travels once, and the rest as one text per column.
 */
export function rowsOf<T>(rows: readonly T[], columns: readonly ColumnOf<T>[]): Prisma.Sql {
  const selected: Prisma.Sql[] = [];
  const arrays: Prisma.Sql[] = [];
  for (const { name, type, of } of columns) {
    const values = rows.map(of);
    const as = Prisma.raw(`::${type} AS "${name}"`);
    // The first column is never one for all: it says how many rows there are.
    const isSame = arrays.length > 0 && values.every((value) => value === values[0]);
    selected.push(isSame ? Prisma.sql`${values[0]?.toString() ?? null}${as}` : Prisma.raw(`"${name}"`));
    if (!isSame)
      arrays.push(
        Prisma.sql`unnest(${arrayLiteral(values)}${Prisma.raw(`::${type}[]`)}) AS ${Prisma.raw(`"${name}"`)}`,
      );
  }
  return Prisma.sql`SELECT ${Prisma.join(selected)} FROM (SELECT ${Prisma.join(arrays)}) AS r`;
}
