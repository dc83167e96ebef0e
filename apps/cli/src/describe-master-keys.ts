import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { DataKeysOfMasterKey } from '#domain/master-key/unscoped-count-data-keys.js';

/** A line per master key: those of the ring, and those that the database names. */
export function describeMasterKeys(ring: MasterKeyRing, counts: readonly DataKeysOfMasterKey[]): string {
  const countOf = new Map(counts.map(({ masterKeyId, dataKeys }) => [masterKeyId, dataKeys]));
  const ids = new Set([ring.primary.id, ...ring.older.map(({ id }) => id), ...countOf.keys()]);
  return [...ids].map((id) => `  ${id}  ${describe(ring, id, countOf.get(id) ?? 0)}`).join('\n');
}

function describe(ring: MasterKeyRing, id: string, dataKeys: number): string {
  const count = `${dataKeys.toString().padStart(6)} data ${dataKeys === 1 ? 'key ' : 'keys'}`;
  if (id === ring.primary.id) return `${count}  primary`;
  if (!ring.find(id)) return `${count}  not given`;
  return `${count}  ${dataKeys === 0 ? 'older, no longer needed: it can be removed' : 'older, still needed'}`;
}
