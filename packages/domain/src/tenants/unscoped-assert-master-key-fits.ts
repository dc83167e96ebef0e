import { CannotOpenError } from '#crypto/cannot-open-error.js';
import { unwrapDataKey } from '#crypto/data-key.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

/** The stored data keys cannot all be opened with the master key that the program was given. */
export class MasterKeyMismatchError extends Error {
  override readonly name = 'MasterKeyMismatchError';

  constructor() {
    super(
      'MASTER_KEY is not the key that this database was sealed with: give the original master key, ' +
        'or restore the database that belongs to this one.',
    );
  }
}

/**
 * Opens one data key for each master key that the database names, so that a wrong key stops the start instead of showing
 * up key by key. A database without tenants fits every master key.
 * @throws MasterKeyMismatchError
 */
export async function unscopedAssertMasterKeyFits(deps: { db: Database; ring: MasterKeyRing }): Promise<void> {
  const samples = await deps.db.unscoped.$queryRaw<{ tenantId: string; id: string; masterKeyId: string }[]>`
    SELECT DISTINCT ON (master_key_id) tenant_id::text AS "tenantId", id::text, master_key_id AS "masterKeyId"
    FROM tenant_data_key ORDER BY master_key_id`;
  for (const { tenantId, id, masterKeyId } of samples) {
    if (!deps.ring.find(masterKeyId)) throw new MasterKeyMismatchError();
    const row = await withTenant(deps.db, tenantId, (tx) =>
      tx.tenantDataKey.findUnique({ where: { tenantId_id: { tenantId, id } } }),
    );
    if (row) assertUnwraps(deps.ring, tenantId, row);
  }
}

function assertUnwraps(ring: MasterKeyRing, tenantId: string, row: { id: string; wrappedKey: Uint8Array }): void {
  try {
    unwrapDataKey(ring, tenantId, row.id, row.wrappedKey);
  } catch (error) {
    if (error instanceof CannotOpenError) throw new MasterKeyMismatchError();
    throw error;
  }
}
