import { userInfo } from 'node:os';
import { z } from 'zod';
import { type Clock, systemClock } from '#core/clock.js';
import { parseConfig } from '#core/config.js';
import { databaseConfigFields } from '#core/shared-config.js';
import { tlsInProduction } from '#core/tls-in-production.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import { type Database, openDatabase } from '#db/database.js';
import { listPendingMigrations } from '#db/list-pending-migrations.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import type { Actor } from '#domain/audit/actor.js';
import { readMasterKeys } from '#domain/master-key/read-master-keys.js';
import { unscopedAssertMasterKeyFits } from '#domain/tenants/unscoped-assert-master-key-fits.js';

/** The `deps` of a command's verbs. */
export interface Installation {
  databaseUrl: string;
  db: Database;
  ring: MasterKeyRing;
  clock: Clock;
  /** Whoever runs the command. */
  actor: Actor;
  /** The home whose file holds the master keys; null when they are given. */
  keyHome: string | null;
}

/** The database is of an older version; only the programs that go with it migrate it. */
export class PendingMigrationsError extends Error {
  override readonly name = 'PendingMigrationsError';

  constructor() {
    super('The database is not at this version yet: start the worker or npm start first, which brings it up to date.');
  }
}

/** By the name that this machine knows them by, which anybody with rights here can choose. */
function commandActor(): Actor {
  return { kind: 'command', id: null, name: loginName(), address: null, requestId: null };
}

/** Containers may be run as a user that their machine has no name for. */
function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}

const schema = z.object(databaseConfigFields).check(tlsInProduction);

/** @throws ConfigError, DatabaseUnreachableError, PendingMigrationsError, MasterKeyMismatchError */
export async function withOpenInstallation<T>(
  environment: Record<string, string | undefined>,
  { keyHome }: { keyHome: string | null },
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  return withUnverifiedInstallation(environment, { keyHome }, async (installation) => {
    await assertNotEmpty(installation.databaseUrl);
    const pending = await listPendingMigrations(installation.db);
    if (pending.length > 0) throw new PendingMigrationsError();
    await unscopedAssertMasterKeyFits(installation);
    return work(installation);
  });
}

/** The same with a database of which nothing is known yet: it may be empty, or away. @throws ConfigError */
export async function withUnverifiedInstallation<T>(
  environment: Record<string, string | undefined>,
  { keyHome }: { keyHome: string | null },
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const { ring, faults } = await readMasterKeys(environment);
  const { DATABASE_URL: databaseUrl } = parseConfig(schema, environment, faults);
  if (!ring) throw new Error('A master key that was read without a fault is missing');
  const db = openDatabase({ url: databaseUrl, poolSize: 4 });
  try {
    return await work({ databaseUrl, db, ring, clock: systemClock, actor: commandActor(), keyHome });
  } finally {
    await db.close();
  }
}

/** Before the migrations there are not even the roles as which we connect; it also tells why a database is not to be had. */
async function assertNotEmpty(url: string): Promise<void> {
  const { rows } = await withOwnerConnection(url, (connection) =>
    connection.query<{ found: string | null }>(`SELECT to_regclass('public._prisma_migrations') AS found`),
  );
  if (!rows[0]?.found) throw new PendingMigrationsError();
}
