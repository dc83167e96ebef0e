import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { type ProbeCounts, readProbeCounts } from './read-probe-counts.js';

/** `readProbeCounts` in a transaction of its own. */
export function countProbes(
  deps: { db: Database },
  tenantId: string,
  asked: { providerKeyIds: readonly string[]; from: Date; to: Date },
): Promise<Map<string, ProbeCounts>> {
  return withTenant(deps.db, tenantId, (tx) => readProbeCounts(tx, tenantId, asked));
}
