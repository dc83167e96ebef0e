import { Prisma } from '../generated/client.js';
import { DatabaseUnreachableError } from './database-unreachable-error.js';
import { driverFault } from './driver-fault.js';

const kinds = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);
/** No connection within the time (P1001, P1002, P1008, P1017), or no transaction begun or ended within it (P2028). */
const prismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);
/** SQLSTATE classes 08 (connection), 53 (resources) and 57P (shutdown, crash, starting), and 57014 (cancelled, took too long). */
const sqlStates = /^(08|53|57P|57014)/;
/** The driver's own words where a connection was lost before or none is free: it has no code for that, and the adapter none either. */
const lostWords =
  /^(Connection terminated|Client (has encountered a connection error|was closed) and is not queryable|timeout expired$|timeout exceeded when trying to connect$)/;

/** True when the database could not be reached or had no room, so that the same may succeed later. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof DatabaseUnreachableError) return true;
  const { sqlState = '', kind = '' } = driverFault(error);
  const isPrismaCode = error instanceof Prisma.PrismaClientKnownRequestError && prismaCodes.has(error.code);
  const isLost = error instanceof Error && lostWords.test(error.message);
  return isLost || isPrismaCode || kinds.has(kind) || sqlStates.test(sqlState);
}
