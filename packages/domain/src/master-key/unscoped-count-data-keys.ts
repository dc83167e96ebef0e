import type { Database } from '#db/database.js';
import { lockMasterKeyForScan } from './lock-master-key.js';

export interface DataKeysOfMasterKey {
  /** 16 hex digits. */
  masterKeyId: string;
  /** How many data keys it wraps, retired ones included, as those still open something. */
  dataKeys: number;
}

/** Which master keys this database needs, and for how many data keys; the most needed first. Empty without tenants. */
export function unscopedCountDataKeys(deps: { db: Pick<Database, 'unscoped'> }): Promise<DataKeysOfMasterKey[]> {
  return count(deps.db.unscoped);
}

/** The same after everybody who is wrapping a data key at this moment has done so: none is still on its way. */
export function unscopedScanDataKeys(deps: { db: Database }): Promise<DataKeysOfMasterKey[]> {
  return deps.db.unscoped.$transaction(async (tx) => {
    // In a statement of its own: the next one sees what was waited for.
    await lockMasterKeyForScan(tx);
    return count(tx);
  });
}

function count(client: Pick<Database['unscoped'], '$queryRaw'>): Promise<DataKeysOfMasterKey[]> {
  return client.$queryRaw<DataKeysOfMasterKey[]>`
    SELECT master_key_id AS "masterKeyId", count(*)::int AS "dataKeys"
    FROM tenant_data_key GROUP BY master_key_id ORDER BY count(*) DESC, master_key_id`;
}
