import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import type { Database } from '#db/database.js';
import { type OwnerConnection, withOwnerConnection } from '#db/with-owner-connection.js';
import type { AuditDeps } from '../audit/record-audit.js';
import { beginPurge } from './begin-purge.js';
import { listTenantTables } from './list-tenant-tables.js';

/** Any number that no other program on this database locks: one worker purges at a time. */
const purgeLock = 5_001_202_613n;
const mostTenantsAtOnce = 20;

export interface PurgeSettings {
  /** Rows of a table that one transaction deletes at most; of a partitioned table, of each of its months. */
  batchRows: number;
  /** What is left by then is left to the next call. */
  forMs: number;
}

/**
 * Deletes all that tenants have whose time of grace is over: every row of every table with a `tenant_id`, found in the
 * catalog, children before parents, and at last the tenant. In batches, each a transaction of its own, as a role whose
 * policies show it rows of deleted tenants alone: it may be stopped anywhere, goes on where it was, and nobody waits for it.
 * That it begins is audited in the platform's tenant before the first row goes. A tenant that fails is logged and holds up no
 * other.
 * @returns the slugs of those of whom nothing is left
 */
export async function unscopedPurgeTenants(
  deps: AuditDeps & { db: Database; databaseUrl: string; clock: Clock; logger: Logger },
  { batchRows, forMs }: PurgeSettings,
): Promise<string[]> {
  const due = await deps.db.unscoped.tenant.findMany({
    where: { status: 'deleted', purgeAt: { lte: deps.clock.now() } },
    orderBy: { purgeAt: 'asc' },
    take: mostTenantsAtOnce,
    select: { id: true, slug: true },
  });
  if (due.length === 0) return [];
  const endsAt = performance.now() + forMs;
  return withOwnerConnection(deps.databaseUrl, async (connection) => {
    const { rows } = await connection.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [purgeLock]);
    if (!rows[0]?.mine) return [];
    const tables = await listTenantTables(connection);
    const purged: string[] = [];
    for (const { id, slug } of due) {
      const ending = await endTenant(deps, connection, { id, tables, batchRows, endsAt });
      if (ending === 'out-of-time') break;
      if (ending === 'done') purged.push(slug);
    }
    return purged;
  });
}

interface Purge {
  id: string;
  tables: readonly string[];
  batchRows: number;
  endsAt: number;
}

/** One that fails is logged, tried again with the next call, and holds up no other. */
async function endTenant(
  deps: AuditDeps & { db: Database; logger: Logger },
  connection: OwnerConnection,
  purge: Purge,
): Promise<'done' | 'out-of-time' | 'left'> {
  const tenantId = purge.id;
  try {
    if (!(await beginPurge(deps, tenantId))) return 'left';
    if (!(await purgeTenant(connection, tenantId, purge))) return 'out-of-time';
    deps.logger.info({ tenantId }, 'a deleted tenant was purged');
    return 'done';
  } catch (error) {
    deps.logger.warn({ err: error, tenantId }, 'a deleted tenant could not be purged');
    return 'left';
  }
}

/** @returns false when the time is up before it is done */
async function purgeTenant(
  connection: OwnerConnection,
  tenantId: string,
  { tables, batchRows, endsAt }: Purge,
): Promise<boolean> {
  let isEmpty = false;
  // Until a whole round finds nothing, so that what was written meanwhile does not stay.
  while (!isEmpty) {
    isEmpty = true;
    for (const table of tables) {
      while ((await deleteBatch(connection, tenantId, { table, batchRows })) > 0) {
        isEmpty = false;
        if (performance.now() > endsAt) return false;
      }
    }
  }
  await asPurger(connection, tenantId, () => connection.query('DELETE FROM tenant WHERE id = $1', [tenantId]));
  return true;
}

/** The name of the table is of the catalog. Both conditions: places of rows are told apart within one month alone. */
async function deleteBatch(
  connection: OwnerConnection,
  tenantId: string,
  { table, batchRows }: { table: string; batchRows: number },
): Promise<number> {
  const { rowCount } = await asPurger(connection, tenantId, () =>
    connection.query(
      `DELETE FROM ${table} WHERE tenant_id = $1
         AND ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE tenant_id = $1 LIMIT $2))`,
      [tenantId, batchRows],
    ),
  );
  return rowCount ?? 0;
}

async function asPurger<T>(connection: OwnerConnection, tenantId: string, work: () => Promise<T>): Promise<T> {
  await connection.query('BEGIN');
  try {
    await connection.query('SET LOCAL ROLE keyledger_purger');
    await connection.query(`SELECT set_config('keyledger.tenant_id', $1, true)`, [tenantId]);
    const result = await work();
    await connection.query('COMMIT');
    return result;
  } catch (error) {
    await connection.query('ROLLBACK');
    throw error;
  }
}
