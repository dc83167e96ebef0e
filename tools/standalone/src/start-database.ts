import { join } from 'node:path';
import { createLogger } from '#core/logger.js';
import { DatabaseUnreachableError } from '#db/database-unreachable-error.js';
import { migrate, MigrationError } from '#db/migrate.js';
import { restartLimits } from './back-off.js';
import { openCappedLog } from './capped-log.js';
import { logLimitBytes } from './log-limit.js';
import type { StandaloneConfig } from './standalone-config.js';
import { StandaloneError } from './standalone-error.js';
import { supervisePostgres } from './supervise-postgres.js';
import type { Terminal } from './terminal.js';

export interface StartedDatabase {
  url: string;
  /** For people, without a secret. */
  description: string;
  stop(): Promise<void>;
}

/** The database of DATABASE_URL, or the embedded one, kept running. Not migrated yet. */
export async function startDatabase(config: StandaloneConfig, terminal: Terminal): Promise<StartedDatabase> {
  if (config.databaseUrl !== undefined) {
    return { url: config.databaseUrl, description: describe(config.databaseUrl), stop: async () => undefined };
  }
  const log = openCappedLog(join(config.home, 'logs', 'postgres.log'), logLimitBytes);
  const postgres = await supervisePostgres({
    home: config.home,
    logger: createLogger({ name: 'postgres', level: 'debug', destination: log }),
    backOff: restartLimits,
    onRestart: ({ how, delayMs }) => terminal.printFrom('postgres', `${how}; starting again in ${delayMs / 1000} s`),
  });
  return {
    url: postgres.url,
    description: `embedded Postgres in ${postgres.dataDir}`,
    async stop() {
      await postgres.stop();
      log.close();
    },
  };
}

/** @throws DatabaseUnreachableError, MigrationError, StandaloneError when it refuses what migrating needs */
export async function migrateDatabase(url: string): Promise<void> {
  try {
    await migrate(url, { logger: createLogger({ name: 'migrate', level: 'silent' }) });
  } catch (error) {
    if (error instanceof DatabaseUnreachableError || error instanceof MigrationError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new StandaloneError(
      `The database (${describe(url)}) cannot be used: ${message || code || 'no reason given'}.`,
      {
        cause: error,
      },
    );
  }
}

function describe(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${pathname.slice(1) || 'default database'} at ${hostname || 'local socket'}${port && `:${port}`}`;
}
