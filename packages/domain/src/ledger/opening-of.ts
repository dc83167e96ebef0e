import type { Movement } from './replay-ledger.js';

/**
 * Where a ledger begins: at its first sync, as what came before is contained in what that states, however it was entered;
 * without a sync at its first movement, as if nothing had been left before. So the same movements are the same ledger, in
 * whatever order people enter them.
 * @param movements oldest first
 */
export function openingOf(movements: readonly Movement[]): Movement | undefined {
  return movements.find(({ kind }) => kind === 'sync') ?? movements[0];
}
