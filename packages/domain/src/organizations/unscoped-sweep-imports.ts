import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import type { Queues } from '#queue/open-queues.js';
import { unscopedClaimDueImports } from './unscoped-claim-due-imports.js';

const claimsPerSweep = 100;

/**
 * Claims the organizations that are due and enqueues an import of each. A crash between the two costs a lease, and no
 * import.
 */
export async function unscopedSweepImports(
  deps: { db: Database; clock: Clock; queues: Pick<Queues, 'add'> },
  { intervalSecs }: { intervalSecs: number },
): Promise<void> {
  const claimed = await unscopedClaimDueImports(deps, { limit: claimsPerSweep, intervalSecs });
  await deps.queues.add('import-organization', claimed);
}
