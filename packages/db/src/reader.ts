import { type CustomTypesConfig, type Pool, type PoolClient, types } from 'pg';
import { Prisma } from '../generated/client.js';
import { DatabaseUnreachableError } from './database-unreachable-error.js';

/** What asks the database in SQL: a snapshot, or a transaction of `withTenant`. */
export interface Reader {
  /** Rows as the statement names their columns; `bigint` as BigInt, times and dates as Date (UTC), `numeric` to be cast. */
  $queryRaw<T>(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]): Promise<T>;
}

/**
 * Asks with the driver itself, which costs the process a third of what Prisma does; each question by itself. A question
 * rejects with DatabaseUnreachableError where the network failed.
 */
export function openReader(connection: Pick<Pool | PoolClient, 'query'>): Reader {
  return {
    async $queryRaw<T>(query: TemplateStringsArray | Prisma.Sql, ...values: unknown[]) {
      const sql = query instanceof Prisma.Sql ? query : Prisma.sql(query, ...values);
      const question = { name: nameOf(sql.text), text: sql.text, values: sql.values, types: parsers };
      const { rows } = await connection.query(question).catch((error: unknown) => {
        throw isOfNetwork(error) ? new DatabaseUnreachableError(error) : error;
      });
      return rows as T;
    },
  };
}

/** Codes of the operating system begin with E, those of Node itself with ERR_, and none of Postgres does. */
function isOfNetwork(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^E(?!RR_)[A-Z]/.test(code);
}

/** Texts of statements, which are few: what is put together differs in its parameters and in a handful of conditions. */
const names = new Map<string, string>();
/** Each connection keeps the plans of all of them, some 40 KB each. */
const mostNames = 400;

/** A statement with a name is parsed, and often planned, once for each connection; beyond many, one has none. */
function nameOf(text: string): string | undefined {
  if (!names.has(text) && names.size < mostNames) names.set(text, `s${names.size}`);
  return names.get(text);
}

const toBigInt = (text: string) => BigInt(text);
const toUtcDay = (text: string) => new Date(`${text}T00:00:00Z`);
const ownParsers = new Map<number, (text: string) => unknown>([
  [types.builtins.INT8, toBigInt],
  [types.builtins.DATE, toUtcDay],
]);
const parsers: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && ownParsers.get(oid)) || types.getTypeParser(oid, format),
};
