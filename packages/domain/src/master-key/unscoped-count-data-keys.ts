import type { Database } from '#db/database.js';

export interface DataKeysOfMasterKey {
  /** 16 hex digits. */
  masterKeyId: string;
  /** How many data keys it wraps, retired ones included, as those still open something. */
  dataKeys: number;
}

/** Which master keys this database needs, and for how many data keys; the most needed first. Empty without tenants. */
export function unscopedCountDataKeys(deps: { db: Database }): Promise<DataKeysOfMasterKey[]> {
  return deps.db.unscoped.$queryRaw<DataKeysOfMasterKey[]>`
    SELECT master_key_id AS "masterKeyId", count(*)::int AS "dataKeys"
    FROM tenant_data_key GROUP BY master_key_id ORDER BY count(*) DESC, master_key_id`;
}
