import { resolve } from 'node:path';
import { z } from 'zod';
import { parseConfig } from '#core/config.js';
import { apiKeyField, databaseConfigFields, strongApiKeyInProduction, wholeNumber } from '#core/shared-config.js';
import { tlsInProduction } from '#core/tls-in-production.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import { readMasterKeys } from '#domain/master-key/read-master-keys.js';
// oxlint-disable-next-line no-restricted-imports -- the one place that knows what api and worker read
import { findConfigFaults } from '../../../apps/cli/src/find-config-faults.js';

/** Stands for the embedded database, whose address is known once it runs. */
const embedded = 'postgres://127.0.0.1/keyledger';

/** What the supervisor itself reads. Its environment goes on to api and worker. */
export interface StandaloneConfig {
  /** Absolute. */
  home: string;
  port: number;
  /** Undefined: the embedded Postgres. */
  databaseUrl: string | undefined;
  /** Undefined: the master key is kept in the home. */
  givenRing: MasterKeyRing | undefined;
  /** API_KEY: the first access token. Undefined: one is made. */
  firstToken: string | undefined;
}

export const standaloneConfigSchema = z
  .object({
    ...databaseConfigFields,
    KEYLEDGER_HOME: z.string().optional(),
    PORT: wholeNumber({ min: 1, max: 65_535, default: 5001 }),
    DATABASE_URL: databaseConfigFields.DATABASE_URL.optional(),
    API_KEY: apiKeyField,
  })
  .check(strongApiKeyInProduction, tlsInProduction);

/**
 * With NODE_ENV=production nothing secret is made up: database, master key and first token must all be given. What only api
 * or worker read is checked as well, so that nothing is made before all of it can be used.
 * @throws ConfigError naming every faulty or missing variable
 */
export async function parseStandaloneConfig(
  environment: Record<string, string | undefined>,
  defaultHome: string,
): Promise<StandaloneConfig> {
  const isProduction = environment['NODE_ENV'] === 'production';
  const mustRead = isProduction || Boolean(environment['MASTER_KEY'] || environment['MASTER_KEY_FILE']);
  const masterKey = mustRead ? await readMasterKeys(environment) : { ring: null, faults: [] };
  const missing = isProduction ? ['DATABASE_URL', 'API_KEY'].filter((name) => !environment[name]) : [];
  const env = parseConfig(standaloneConfigSchema, environment, [
    ...missing.map((name) => `${name}: is required when NODE_ENV=production, where nothing is made up`),
    ...masterKey.faults,
    ...findConfigFaults({ ...environment, PORT: undefined, DATABASE_URL: environment['DATABASE_URL'] || embedded }),
  ]);
  return {
    home: resolve(env.KEYLEDGER_HOME ?? defaultHome),
    port: env.PORT,
    databaseUrl: env.DATABASE_URL,
    givenRing: masterKey.ring ?? undefined,
    firstToken: env.API_KEY,
  };
}
