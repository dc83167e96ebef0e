import { newId } from '#core/ids.js';
import { formatUsd, type PicoUsd } from '#core/money.js';
import type { Tx } from '#db/database.js';
import type { LedgerEntry } from './ledger-entry.js';

export type NewEntry = Pick<LedgerEntry, 'organizationId' | 'kind' | 'at' | 'amount' | 'createdAt' | 'createdBy'> &
  Partial<Omit<LedgerEntry, 'id'>> & { idempotencyKey?: string | undefined };

/** Writes one entry. Only under `lockLedger`. */
export async function appendEntry(tx: Tx, tenantId: string, entry: NewEntry): Promise<LedgerEntry> {
  const { idempotencyKey = null, ...given } = entry;
  const written: LedgerEntry = {
    id: newId(),
    billedOn: null,
    stated: null,
    computed: null,
    estimated: null,
    expiresAt: null,
    aboutId: null,
    reason: '',
    ...given,
  };
  const { billedOn, amount, stated, computed, estimated, ...columns } = written;
  const usd = (money: PicoUsd | null) => (money === null ? null : formatUsd(money));
  await tx.ledgerEntry.create({
    data: {
      ...columns,
      tenantId,
      idempotencyKey,
      billedOn: billedOn === null ? null : new Date(`${billedOn}T00:00:00Z`),
      amountUsd: formatUsd(amount),
      statedUsd: usd(stated),
      computedUsd: usd(computed),
      estimatedUsd: usd(estimated),
    },
  });
  return written;
}
