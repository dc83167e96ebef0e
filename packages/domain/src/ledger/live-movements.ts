import type { LedgerFacts } from './load-ledger.js';
import type { Movement } from './replay-ledger.js';

/** What people entered, oldest first, without what was undone and what undid it. */
export function liveMovements({
  entries,
  costsBeforeSyncs,
}: Pick<LedgerFacts, 'entries' | 'costsBeforeSyncs'>): Movement[] {
  const undone = new Set(entries.filter(({ kind }) => kind === 'correction').map(({ aboutId }) => aboutId));
  return entries.flatMap((entry): Movement[] => {
    const { id, at, amount } = entry;
    if (undone.has(id) || entry.aboutId !== null) return [];
    if (entry.kind === 'deposit') return [{ id, at, kind: 'deposit', amount, expiresAt: entry.expiresAt }];
    if (entry.kind === 'correction') return [{ id, at, kind: 'correction', amount }];
    if (entry.kind !== 'sync') return [];
    const costBefore = costsBeforeSyncs.get(id) ?? entry.estimated ?? 0n;
    return [{ id, at, kind: 'sync', stated: entry.stated ?? 0n, costBefore }];
  });
}
