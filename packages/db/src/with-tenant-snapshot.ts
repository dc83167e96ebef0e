import { type Client, DatabaseError, type PoolClient } from 'pg';
import { isId } from '#core/ids.js';
import type { Database } from './database.js';
import { DatabaseUnreachableError } from './database-unreachable-error.js';
import { openReader, type Reader } from './reader.js';

/**
 * How Postgres plans the statements of a snapshot. `each-time`: for the values at hand, since a year of few keys wants another
 * plan than a day of many, and what is read takes longer than to plan. `once`: one plan for each connection, for statements
 * that take less time than to plan them and have the same plan whatever is asked. Default: as Postgres chooses by its
 * estimates, which know nothing of lists of days and keys: those of seven keys in a year took 27 ms by the plan it kept
 * and 13 by one of their own.
 */
export type Planning = 'each-time' | 'once';

/** Asks within a snapshot, as that plans its statements, or in another way. */
export interface SnapshotReader extends Reader {
  planned(planning: Planning): Reader;
}

const planCacheMode: Record<Planning, string> = { 'each-time': 'force_custom_plan', once: 'force_generic_plan' };

/**
 * Runs `work` on the database as it is at one instant, where it sees only rows of `tenantId` and can write nothing; the
 * other door to tenant data beside `withTenant`. It goes to the driver straight: a page asks many small questions, and a
 * transaction of Prisma's costs the process more than what most of them read.
 * @throws DatabaseUnreachableError; Problem `rate-limited` when the tenant’s share of the connections stayed taken
 */
export async function withTenantSnapshot<T>(
  db: Database,
  tenantId: string,
  work: (reader: SnapshotReader) => Promise<T>,
  { planning }: { planning?: Planning | undefined } = {},
): Promise<T> {
  if (!isId(tenantId)) throw new Error('A tenant is named by its uuid');
  const giveBack = await db.tenantShares.take(tenantId);
  const client = await db.appPool.connect().catch((error: unknown) => {
    giveBack();
    throw new DatabaseUnreachableError(error);
  });
  let lost: Error | undefined;
  const onLost = (error: Error) => (lost ??= error);
  client.on('error', onLost);
  const gather = gathererOf(client);
  gather();
  // One message, and in it the id as it is written: what has parameters cannot be joined.
  const begun = client
    .query(
      `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${
        planning ? `SET LOCAL plan_cache_mode = ${planCacheMode[planning]}; ` : ''
      }SELECT set_config('keyledger.tenant_id', '${tenantId}', true)`,
    )
    .catch((error: unknown) => {
      // Not the server's word: the connection was lost before anybody listened.
      throw error instanceof DatabaseError ? error : new DatabaseUnreachableError(error);
    });
  const { reader, close } = readOnceBegun(client, { begun, gather, planning });
  // What it throws before it waits for anything is a fault like any other, so that somebody always hears of `begun`.
  const working = async () => work(reader);
  try {
    const [, answer] = await Promise.all([begun, working()]);
    return answer;
  } catch (error) {
    throw lost ? new DatabaseUnreachableError(lost) : error;
  } finally {
    // Nobody waits for the end of what wrote nothing, but the connection's next user.
    void close().then((fault) => {
      client.off('error', onLost);
      client.release(lost ?? fault);
      return giveBack();
    });
  }
}

/**
 * Questions on one connection, until it is closed: what `work` left running when it failed must not reach the connection's
 * next user. They are sent as they come, and answered in that order: while one answer is being read, Postgres is at the
 * next. What would be asked in no transaction, as that did not begin, is answered with its fault.
 */
function readOnceBegun(
  client: PoolClient,
  { begun, gather, planning }: { begun: Promise<unknown>; gather: () => void; planning: Planning | undefined },
): { reader: SnapshotReader; close: () => Promise<Error | undefined> } {
  const reader = openReader(client);
  let isOpen = true;
  let current = planning;
  const plan = (wanted: Planning | undefined) => {
    if (wanted === undefined || wanted === current) return;
    current = wanted;
    // Where it fails, so does the question after it, which somebody waits for.
    client.query(`SET LOCAL plan_cache_mode = ${planCacheMode[wanted]}`).catch(() => undefined);
  };
  const readerOf = (wanted: Planning | undefined): Reader => ({
    async $queryRaw<T>(...question: Parameters<Reader['$queryRaw']>) {
      if (!isOpen) throw new Error('The snapshot is closed');
      gather();
      plan(wanted);
      const [, answer] = await Promise.all([begun, reader.$queryRaw<T>(...question)]);
      return answer;
    },
  });
  return {
    reader: { ...readerOf(planning), planned: readerOf },
    async close() {
      isOpen = false;
      return client.query('ROLLBACK').then(
        () => undefined,
        (error: Error) => error,
      );
    },
  };
}

/** Called before something is sent: whatever is sent until the program waits again leaves at once, in one write. */
function gathererOf({ connection: { stream } }: Client): () => void {
  let isGathering = false;
  return () => {
    if (isGathering) return;
    isGathering = true;
    stream.cork();
    process.nextTick(() => {
      isGathering = false;
      stream.uncork();
    });
  };
}
