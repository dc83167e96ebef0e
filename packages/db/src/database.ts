import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import { type Prisma, PrismaClient } from '../generated/client.js';
import { openReader, type Reader } from './reader.js';
import { createTenantShares, type TenantShares } from './tenant-shares.js';

/** What `work` in a transaction gets: the Prisma client of that transaction. */
export type Tx = Prisma.TransactionClient;

export interface Database {
  /** As `keyledger_app`: sees no row until `withTenant` names the tenant. Use `withTenant`, never this directly. */
  readonly app: PrismaClient;
  /** The connections of `app`. Use `withTenantSnapshot`, never this directly. */
  readonly appPool: Pool;
  /** Of those connections, what each tenant may have of them. */
  readonly tenantShares: TenantShares;
  /** As `keyledger_unscoped`: looks across tenants, at the columns it was granted; never at a secret. */
  readonly unscoped: PrismaClient;
  /** The same for questions that are asked often. */
  readonly unscopedReader: Reader;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** `postgres://…` of a login that is a member of the program's roles (the migrations grant that). */
  url: string;
  /** Connections kept per role; two roles, so a process opens at most twice this. Default 10. */
  poolSize?: number;
  /** Connections that one tenant may have at once, so that the others need not wait for what it asks. Default: no limit. */
  mostPerTenant?: number;
}

/**
 * Opens the two connection pools of a process. Connects lazily: a database that is down shows at the first query.
 * Each connection takes its role while it is being opened, so there is no moment at which it has the login's rights.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const appPool = openPool('keyledger_app', options);
  const unscopedPool = openPool('keyledger_unscoped', options);
  const app = openPrisma(appPool);
  const unscoped = openPrisma(unscopedPool);
  return {
    app,
    appPool,
    tenantShares: createTenantShares({ most: options.mostPerTenant ?? Number.POSITIVE_INFINITY }),
    unscoped,
    unscopedReader: openReader(unscopedPool),
    async close() {
      await Promise.all([app.$disconnect(), unscoped.$disconnect()]);
      await Promise.all([appPool.end(), unscopedPool.end()]);
    },
  };
}

const settings = {
  statement_timeout: '30s',
  idle_in_transaction_session_timeout: '30s',
  timezone: 'UTC',
  // Days as text are `YYYY-MM-DD`.
  datestyle: 'ISO',
  // Compiling a statement takes longer than any of ours: they read little, whatever the planner expects.
  jit: 'off',
  // Enough for the planner to add sums up in memory instead of sorting what they are of.
  work_mem: '16MB',
  // To start further processes for one takes longer as well.
  max_parallel_workers_per_gather: '0',
};

function openPool(role: string, { url, poolSize = 10 }: DatabaseOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    // A question need not wait for the answer of the one before.
    pipeline: true,
    options: Object.entries({ role, ...settings })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    application_name: role,
  });
  // A lost connection is replaced at its next use, and fails the query that was under way. Unheard, the events of idle
  // ones (the pool's) and of those in use (their own), if only lost in the moment they are made, would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

function openPrisma(pool: Pool): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool), transactionOptions: { maxWait: 5_000, timeout: 20_000 } });
}
