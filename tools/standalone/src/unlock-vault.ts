import { systemClock } from '#core/clock.js';
import { createMasterKeyRing, type MasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, type MasterKey, parseMasterKey } from '#crypto/master-key.js';
import { openDatabase, type Database } from '#db/database.js';
import {
  MasterKeyMismatchError,
  unscopedAssertMasterKeyFits,
} from '#domain/tenants/unscoped-assert-master-key-fits.js';
import { ensureDefaultTenant, ensureFirstAccess } from '#domain/tenants/ensure-first-access.js';
import { HomeError } from '#domain/master-key/home-error.js';
import { masterKeyFile, readHomeMasterKeys, writeHomeMasterKeys } from '#domain/master-key/home-master-key.js';
import type { StandaloneConfig } from './standalone-config.js';

export interface UnlockedVault {
  /** What api and worker get in their environment to find the key. */
  keyEnvironment: Record<string, string>;
  /** Undefined: the key was given. */
  keyFile: string | undefined;
  keyIsNew: boolean;
  /**
   * The first access token, made when it can be shown at once, as it cannot be had again: a start that fails or is stopped
   * before has made none. Null when there is one that opens, or API_KEY is it.
   */
  makeFirstToken(): Promise<string | null>;
}

/**
 * Finds or makes the master key, makes sure that it is the one this database was sealed with, and that an api can start
 * and API_KEY, where it is given, opens it. A new key is on disk before anything is sealed with it, and only if it fits.
 * `furnish`, if given, then works on the open vault.
 * @throws InvalidMasterKeyError, MasterKeyMismatchError, AlteredDataKeyError, FirstAccessError, HomeError
 */
export async function unlockVault(
  config: StandaloneConfig,
  databaseUrl: string,
  furnish?: (deps: { db: Database; ring: MasterKeyRing }) => Promise<void>,
): Promise<UnlockedVault> {
  const keyFile = config.givenRing ? undefined : masterKeyFile(config.home);
  const stored = keyFile === undefined ? null : await readHomeMasterKeys(config.home);
  const newKey = keyFile !== undefined && stored === null ? generateMasterKey() : null;
  const ring = config.givenRing ?? createMasterKeyRing(parseAll(stored ?? [newKey ?? '']));

  const db = openDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    await assertKeysFit({ db, ring }, { keyFile, isMissing: newKey !== null });
    if (newKey !== null) await writeHomeMasterKeys(config.home, [newKey]);
    await (config.firstToken === undefined
      ? ensureDefaultTenant({ db, ring, clock: systemClock })
      : ensureFirstAccess({ db, ring, clock: systemClock }, { token: config.firstToken }));
    await furnish?.({ db, ring });
    return {
      keyEnvironment: keyFile === undefined ? {} : { MASTER_KEY_FILE: keyFile },
      keyFile,
      keyIsNew: newKey !== null,
      makeFirstToken: () =>
        config.firstToken === undefined ? makeFirstToken(databaseUrl, ring) : Promise.resolve(null),
    };
  } finally {
    await db.close();
  }
}

async function makeFirstToken(databaseUrl: string, ring: MasterKeyRing): Promise<string | null> {
  const db = openDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    return (await ensureFirstAccess({ db, ring, clock: systemClock }, {})).token;
  } finally {
    await db.close();
  }
}

function parseAll(texts: readonly string[]): [MasterKey, ...MasterKey[]] {
  const [primary = '', ...older] = texts;
  return [parseMasterKey(primary), ...older.map(parseMasterKey)];
}

/** The home's file in a sentence of its own: there is nothing in MASTER_KEY that anybody could mend. */
async function assertKeysFit(
  deps: { db: Database; ring: MasterKeyRing },
  { keyFile, isMissing }: { keyFile: string | undefined; isMissing: boolean },
): Promise<void> {
  try {
    await unscopedAssertMasterKeyFits(deps);
  } catch (error) {
    if (!(error instanceof MasterKeyMismatchError) || keyFile === undefined) throw error;
    const fault = isMissing ? 'is missing' : 'belongs to another database';
    throw new HomeError(
      `The master key file ${keyFile} ${fault}: this database needs ${error.needed}. Restore the file from your copy.`,
      { cause: error },
    );
  }
}
