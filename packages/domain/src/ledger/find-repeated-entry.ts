import { Problem } from '#core/problem.js';
import type { Tx } from '#db/database.js';
import { type LedgerEntry, type SelectedLedgerEntry, selectLedgerEntry, toLedgerEntry } from './ledger-entry.js';

/**
 * The entry that was made with the same idempotency key, if any. Only under `lockLedger`, so that two at once make one.
 * @throws Problem `invalid-request` when that entry says something else
 */
export async function findRepeatedEntry(
  tx: Tx,
  tenantId: string,
  wanted: Pick<LedgerEntry, 'organizationId' | 'kind'> &
    Partial<Pick<LedgerEntry, 'amount' | 'stated' | 'aboutId'>> & { idempotencyKey?: string | undefined },
): Promise<LedgerEntry | null> {
  const { idempotencyKey, ...same } = wanted;
  if (idempotencyKey === undefined) return null;
  const [row] = await tx.$queryRaw<SelectedLedgerEntry[]>`
    ${selectLedgerEntry} FROM ledger_entry e
    WHERE e.tenant_id = ${tenantId}::uuid AND e.organization_id = ${wanted.organizationId}::uuid
      AND e.idempotency_key = ${idempotencyKey}`;
  if (!row) return null;
  const entry = toLedgerEntry(row);
  const differs = Object.entries(same).some(([name, value]) => entry[name as keyof typeof same] !== value);
  if (differs) {
    const detail = 'Another entry was made with this idempotency key. Use a new one for a new entry.';
    throw new Problem('invalid-request', { field: 'idempotencyKey', detail });
  }
  return entry;
}
