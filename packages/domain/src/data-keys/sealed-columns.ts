import type { SealedPlace } from '#crypto/sealed-place.js';
import { auditKeyPlace } from '../audit/audit-key.js';
import { secretPlace } from '../provider-keys/secret-place.js';

/** A column whose values are sealed with the tenant's data key. */
export interface SealedColumn {
  table: string;
  column: string;
  /** Names the row within its tenant. */
  idColumn: string;
  /** What a value is bound to. */
  place(tenantId: string, rowId: string): SealedPlace;
  /** Where the fingerprint of the same secret is, if it has one. */
  fingerprintColumn: string | null;
}

/** All there are: a new data key goes through these. A test compares them with the database. */
export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'provider_key',
    column: 'sealed_secret',
    idColumn: 'id',
    place: secretPlace,
    fingerprintColumn: 'fingerprint',
  },
  {
    table: 'audit_key',
    column: 'sealed_key',
    idColumn: 'tenant_id',
    place: auditKeyPlace,
    fingerprintColumn: null,
  },
];
