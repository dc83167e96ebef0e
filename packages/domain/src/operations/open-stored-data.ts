import { join, resolve } from 'node:path';
import { createLogger } from '#core/logger.js';
import { findRunningEmbeddedPostgres } from '#db/embedded/find-running-embedded-postgres.js';
import { startEmbeddedPostgres } from '#db/embedded/start-embedded-postgres.js';
import { masterKeyFile, readHomeMasterKeys } from '../master-key/home-master-key.js';
import { HomeError } from '../master-key/home-error.js';

export interface StoredData {
  /** What a program needs in its environment to use the data. */
  environment: Record<string, string>;
  /** The home whose file holds the master keys; null when they are given. */
  keyHome: string | null;
  /** Stops the database if it was started for this. */
  close(): Promise<void>;
}

/**
 * Existing data, for a program of its own: what the environment names, else the database and master key of the home,
 * whose Postgres is used if `npm start` keeps it running and else started. Makes nothing new.
 * @throws HomeError when there is nothing in the home yet, EmbeddedPostgresError
 */
export async function openStoredData(
  environment: Record<string, string | undefined>,
  defaultHome: string,
): Promise<StoredData> {
  const home = resolve(environment['KEYLEDGER_HOME'] || defaultHome);
  const keyIsGiven = Boolean(environment['MASTER_KEY'] || environment['MASTER_KEY_FILE']);
  const key = keyIsGiven ? {} : await findHomeKey(environment, home);
  const keyHome = 'MASTER_KEY_FILE' in key ? home : null;
  if (environment['DATABASE_URL']) return { environment: key, keyHome, close: async () => undefined };

  const running = await findRunningEmbeddedPostgres(home);
  if (running) return { environment: { ...key, DATABASE_URL: running.url }, keyHome, close: async () => undefined };
  const logger = createLogger({ name: 'postgres', level: 'silent' });
  const server = await startEmbeddedPostgres({ dataDir: join(home, 'postgres'), logger });
  return { environment: { ...key, DATABASE_URL: server.url }, keyHome, close: () => server.stop() };
}

/** In production nothing is taken from the home by itself: the program then says what it misses. */
async function findHomeKey(
  environment: Record<string, string | undefined>,
  home: string,
): Promise<Record<string, string>> {
  if (environment['NODE_ENV'] === 'production') return {};
  if ((await readHomeMasterKeys(home)) !== null) return { MASTER_KEY_FILE: masterKeyFile(home) };
  throw new HomeError(
    `There is no master key in ${home}. Put your copy there as master.key (mode 0600), name another home in ` +
      'KEYLEDGER_HOME, or set DATABASE_URL and MASTER_KEY. A new installation gets its key by the first npm start.',
  );
}
