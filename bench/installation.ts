import { randomUUID } from 'node:crypto';
import { createLogger } from '#core/logger.js';
import { createMasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { openDatabase } from '#db/database.js';
import { ensureDatabase } from '#db/embedded/ensure-database.js';
import { migrate } from '#db/migrate.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { addStoredKeys, type StoredKeys } from './stored-keys.js';

/** A database of its own with all a worker needs to be told. */
export interface Installation {
  environment: Record<string, string>;
  addKeys(keys: StoredKeys): Promise<void>;
  makeAllDue(): Promise<void>;
  /** Runs recorded so far, as committed. */
  countRuns(): Promise<number>;
  countProbedKeys(): Promise<number>;
  close(): Promise<void>;
}

/** Where nobody listens, for benches that ask OpenAI nothing. */
const nowhere = 'http://127.0.0.1:9/v1';

export async function openInstallation(
  serverUrl: string,
  { simulator = nowhere, redisUrl }: { simulator?: string; redisUrl?: string | undefined } = {},
): Promise<Installation> {
  const url = new URL(serverUrl);
  url.pathname = `/bench_${randomUUID().replaceAll('-', '')}`;
  await ensureDatabase(url.href);
  await migrate(url.href, { logger: createLogger({ name: 'bench', level: 'silent' }) });
  const masterKey = generateMasterKey();
  const ring = createMasterKeyRing([parseMasterKey(masterKey)]);
  const db = openDatabase({ url: url.href, poolSize: 2 });
  const count = async (sql: string) => {
    const [row] = await db.unscoped.$queryRawUnsafe<{ count: number }[]>(sql);
    return row?.count ?? 0;
  };
  return {
    environment: {
      DATABASE_URL: url.href,
      MASTER_KEY: masterKey,
      OPENAI_BASE_URL: simulator,
      OUTBOUND_ALLOW: '127.0.0.1',
      ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
    },
    addKeys: (keys) => addStoredKeys({ db, ring }, keys),
    makeAllDue: () =>
      withOwnerConnection(url.href, async (owner) => {
        await owner.query('SET ROLE keyledger_unscoped');
        await owner.query('UPDATE provider_key SET next_probe_at = now()');
      }),
    countRuns: () => count('SELECT coalesce(sum(runs), 0)::int AS count FROM probe_hourly'),
    countProbedKeys: () => count('SELECT count(DISTINCT provider_key_id)::int AS count FROM probe_hourly'),
    close: () => db.close(),
  };
}
