import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { type ProbeCounts, readProbeCounts } from './read-probe-counts.js';

/** `readProbeCounts` by itself. */
export function countProbes(
  deps: { db: Database },
  tenantId: string,
  asked: { providerKeyIds: readonly string[]; from: Date; to: Date },
): Promise<Map<string, ProbeCounts>> {
  return withTenantSnapshot(deps.db, tenantId, (reader) => readProbeCounts(reader, tenantId, asked));
}
