import { createLogger, type Logger } from '#core/logger.js';
import { createMasterKeyRing, type MasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { type Database, openDatabase } from '#db/database.js';
import type { Actor } from '#domain/audit/actor.js';
import { unscopedEnsurePartitions } from '#domain/operations/unscoped-ensure-partitions.js';
import { createTenant } from '#domain/tenants/create-tenant.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { createOutboundFetch, type OutboundFetch } from '#outbound/create-outbound-fetch.js';
import { createTestDatabase } from './test-database.js';

/** A clock that stands still until it is told otherwise. */
interface TestClock {
  now(): Date;
  set(instant: Date | string): void;
  advance(ms: number): void;
}

export interface TestInstallation {
  url: string;
  db: Database;
  /** As `MASTER_KEY` has it, for programs in processes of their own. */
  masterKey: string;
  ring: MasterKeyRing;
  clock: TestClock;
  logger: Logger;
  /** As the product's, and to this machine. */
  fetch: OutboundFetch;
  /** Who does what the test does. */
  actor: Actor;
  addTenant(slug: string, options?: { reportingTimeZone?: string }): Promise<Tenant>;
  close(): Promise<void>;
}

/** An empty, migrated installation of the caller's own: database, master key and a clock that begins at `now`. */
export async function createTestInstallation(
  now = '2026-11-20T12:34:56.789Z',
  { poolSize = 5 }: { poolSize?: number } = {},
): Promise<TestInstallation> {
  const { url, drop } = await createTestDatabase();
  const db = openDatabase({ url, poolSize });
  const masterKey = generateMasterKey();
  const ring = createMasterKeyRing([parseMasterKey(masterKey)]);
  const clock = createTestClock(now);
  await unscopedEnsurePartitions({ db, clock }); // the migrations made those around the server's own clock
  return {
    url,
    db,
    masterKey,
    ring,
    clock,
    logger: createLogger({ name: 'test', level: 'silent' }),
    fetch: createOutboundFetch({ allow: ['127.0.0.0/8'], requireTls: false }),
    actor: testActor,
    addTenant: (slug, options) => createTenant({ db, ring, clock, actor: testActor }, { slug, name: slug, ...options }),
    async close() {
      await db.close();
      await drop();
    },
  };
}

const testActor: Actor = { kind: 'command', id: null, name: 'test', address: null, requestId: null };

function createTestClock(begin: string): TestClock {
  let current = new Date(begin).getTime();
  return {
    now: () => new Date(current),
    set(instant) {
      current = new Date(instant).getTime();
    },
    advance(ms) {
      current += ms;
    },
  };
}
