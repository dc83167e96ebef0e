import { giveWay } from '#core/give-way.js';
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
  return fromColumns(columns.map((column, index) => columnOf(rows, column, index === 0)));
}

/** The same of many rows, column by column: whatever else is due has its turn in between. */
export async function rowsOfInTurns<T>(rows: readonly T[], columns: readonly ColumnOf<T>[]): Promise<Prisma.Sql> {
  const made: Column[] = [];
  for (const column of columns) {
    made.push(columnOf(rows, column, made.length === 0));
    await giveWay();
  }
  return fromColumns(made);
}

interface Column {
  selected: Prisma.Sql;
  /** Null: one value for all rows. */
  array: Prisma.Sql | null;
}

/** The first column is never one value for all: it says how many rows there are. */
function columnOf<T>(rows: readonly T[], { name, type, of }: ColumnOf<T>, isFirst: boolean): Column {
  const values = rows.map(of);
  if (!isFirst && values.every((value) => value === values[0])) {
    const value = values[0]?.toString() ?? null;
    return { selected: Prisma.sql`${value}${Prisma.raw(`::${type} AS "${name}"`)}`, array: null };
  }
  const array = Prisma.sql`unnest(${arrayLiteral(values)}${Prisma.raw(`::${type}[]`)}) AS ${Prisma.raw(`"${name}"`)}`;
  return { selected: Prisma.raw(`"${name}"`), array };
}

function fromColumns(columns: readonly Column[]): Prisma.Sql {
  const selected = columns.map((column) => column.selected);
  const arrays = columns.flatMap(({ array }) => array ?? []);
  return Prisma.sql`SELECT ${Prisma.join(selected)} FROM (SELECT ${Prisma.join(arrays)}) AS r`;
}
