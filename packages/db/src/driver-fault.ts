import { DatabaseError } from 'pg';
import { Prisma } from '../generated/client.js';

/** What the driver said when a query failed: Postgres' SQLSTATE, or the adapter's word for what has none. */
export function driverFault(error: unknown): { sqlState: string | undefined; kind: string | undefined } {
  if (error instanceof DatabaseError) return { sqlState: error.code, kind: undefined };
  const meta = error instanceof Prisma.PrismaClientKnownRequestError ? error.meta : undefined;
  // Of the end of a transaction, the adapter's error comes as it is.
  const adapterError = error instanceof Error && error.name === 'DriverAdapterError' ? error : meta?.driverAdapterError;
  const { cause } = (adapterError ?? {}) as { cause?: { originalCode?: string; kind?: string } };
  return { sqlState: cause?.originalCode, kind: cause?.kind };
}
