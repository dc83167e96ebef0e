import { DatabaseError } from 'pg';
import { Prisma } from '../generated/client.js';

/** What the driver said when a query failed: Postgres' SQLSTATE, or the adapter's word for what has none. */
export function driverFault(error: unknown): { sqlState: string | undefined; kind: string | undefined } {
  if (error instanceof DatabaseError) return { sqlState: error.code, kind: undefined };
  const meta = error instanceof Prisma.PrismaClientKnownRequestError ? error.meta : undefined;
  const { cause } = (meta?.driverAdapterError ?? {}) as { cause?: { originalCode?: string; kind?: string } };
  return { sqlState: cause?.originalCode, kind: cause?.kind };
}
