import { newId } from '#core/ids.js';
import { formatUsd, formatUsdOrNull } from '#core/money.js';
import type { Tx } from '#db/database.js';
import type { OwnDay } from './cost-before-sync.js';
import type { LedgerEntry } from './ledger-entry.js';

export type NewEntry = Pick<LedgerEntry, 'organizationId' | 'kind' | 'at' | 'amount' | 'createdAt' | 'createdBy'> &
  Partial<Omit<LedgerEntry, 'id'>> & { idempotencyKey?: string | undefined; ownDay?: OwnDay };

const blank = {
  billedOn: null,
  stated: null,
  computed: null,
  estimated: null,
  expiresAt: null,
  aboutId: null,
  reason: '',
};

/** Writes entries, in their order. Only under `lockLedger`. */
export async function appendEntries(tx: Tx, tenantId: string, entries: readonly NewEntry[]): Promise<LedgerEntry[]> {
  const given = entries.map(({ idempotencyKey = null, ownDay, ...entry }) => ({
    entry: { ...blank, id: newId(), ...entry } satisfies LedgerEntry,
    more: {
      idempotencyKey,
      dayBilledUsd: ownDay ? formatUsd(ownDay.billed) : null,
      hourReportedUsd: ownDay ? formatUsd(ownDay.reportedInHour) : null,
    },
  }));
  await tx.ledgerEntry.createMany({
    data: given.map(({ entry, more }) => ({ ...toColumns(entry), ...more, tenantId })),
  });
  return given.map(({ entry }) => entry);
}

function toColumns({ billedOn, amount, stated, computed, estimated, ...columns }: LedgerEntry) {
  return {
    ...columns,
    billedOn: billedOn === null ? null : new Date(`${billedOn}T00:00:00Z`),
    amountUsd: formatUsd(amount),
    statedUsd: formatUsdOrNull(stated),
    computedUsd: formatUsdOrNull(computed),
    estimatedUsd: formatUsdOrNull(estimated),
  };
}
