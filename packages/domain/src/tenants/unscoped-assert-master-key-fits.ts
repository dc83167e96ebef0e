import { CannotOpenError } from '#crypto/cannot-open-error.js';
import { unwrapDataKey } from '#crypto/data-key.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type DataKeysOfMasterKey, unscopedCountDataKeys } from '../master-key/unscoped-count-data-keys.js';

/** The stored data keys cannot all be opened with the master keys that the program was given. */
export class MasterKeyMismatchError extends Error {
  override readonly name = 'MasterKeyMismatchError';
  /** What is missing, such as `master key 3c8cd879f5ee4c55 for 12 data keys`. */
  readonly needed: string;

  constructor(missing: readonly DataKeysOfMasterKey[]) {
    const needed = missing.map(describe).join(' and ');
    super(
      `This database needs ${needed}, and MASTER_KEY is another: add the needed key as MASTER_KEY_PREVIOUS, or use ` +
        'the database that belongs to the key that was given.',
    );
    this.needed = needed;
  }
}

/** A data key names a master key that is here and does not open it: the row or the key's name was tampered with. */
export class AlteredDataKeyError extends Error {
  override readonly name = 'AlteredDataKeyError';

  constructor(dataKeyId: string, masterKeyId: string) {
    super(
      `The data key ${dataKeyId} names master key ${masterKeyId}, which does not open it: it was altered. Restore the ` +
        'table tenant_data_key from a backup.',
    );
  }
}

/**
 * Opens one data key for each master key that the database names, so that a wrong key stops the start instead of showing
 * up key by key. A database without tenants fits every master key.
 * @throws MasterKeyMismatchError, AlteredDataKeyError
 */
export async function unscopedAssertMasterKeyFits(deps: { db: Database; ring: MasterKeyRing }): Promise<void> {
  const missing = (await unscopedCountDataKeys(deps)).filter(({ masterKeyId }) => !deps.ring.find(masterKeyId));
  if (missing.length > 0) throw new MasterKeyMismatchError(missing);
  const samples = await deps.db.unscoped.$queryRaw<{ tenantId: string; id: string }[]>`
    SELECT DISTINCT ON (master_key_id) tenant_id::text AS "tenantId", id::text
    FROM tenant_data_key ORDER BY master_key_id`;
  for (const { tenantId, id } of samples) {
    const row = await withTenant(deps.db, tenantId, (tx) =>
      tx.tenantDataKey.findUnique({ where: { tenantId_id: { tenantId, id } } }),
    );
    if (row) assertUnwraps(deps.ring, tenantId, row);
  }
}

function assertUnwraps(
  ring: MasterKeyRing,
  tenantId: string,
  row: { id: string; masterKeyId: string; wrappedKey: Uint8Array },
): void {
  try {
    unwrapDataKey(ring, tenantId, row.id, row.wrappedKey);
  } catch (error) {
    if (error instanceof CannotOpenError) throw new AlteredDataKeyError(row.id, row.masterKeyId);
    throw error;
  }
}

function describe({ masterKeyId, dataKeys }: DataKeysOfMasterKey): string {
  return `master key ${masterKeyId} for ${dataKeys} data ${dataKeys === 1 ? 'key' : 'keys'}`;
}
