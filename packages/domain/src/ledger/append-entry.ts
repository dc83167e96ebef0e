import type { Tx } from '#db/database.js';
import { appendEntries, type NewEntry } from './append-entries.js';
import type { LedgerEntry } from './ledger-entry.js';

/** Writes one entry. Only under `lockLedger`. */
export async function appendEntry(tx: Tx, tenantId: string, entry: NewEntry): Promise<LedgerEntry> {
  const [written] = await appendEntries(tx, tenantId, [entry]);
  if (!written) throw new Error('one entry was asked for and none was written');
  return written;
}
