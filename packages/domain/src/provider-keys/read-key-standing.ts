import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { type KeyHealthCounts, keyHealthsIn } from './count-key-healths.js';

/** What became of the last test of each key that is tested and whose test was sent. */
export interface UnansweredKeys {
  tested: number;
  /** Could not be reached, as without a network. */
  notReached: number;
  /** Not answered in time. */
  timedOut: number;
  /** Where to look, of one that was not reached. */
  message: string | null;
}

/** How a tenant's keys are now, and whether OpenAI answers their tests, as of one instant. */
export async function readKeyStanding(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { defaultIntervalSecs }: { defaultIntervalSecs: number },
): Promise<{ counts: KeyHealthCounts; unanswered: UnansweredKeys }> {
  const now = deps.clock.now();
  return withTenantSnapshot(deps.db, tenantId, async (reader) => {
    const [counts, [unanswered]] = await Promise.all([
      keyHealthsIn(reader, tenantId, { now, defaultIntervalSecs }),
      reader.$queryRaw<UnansweredKeys[]>`
        SELECT count(*)::int AS tested,
          count(*) FILTER (WHERE last_outcome = 'network-error')::int AS "notReached",
          count(*) FILTER (WHERE last_outcome = 'timeout')::int AS "timedOut",
          max(last_error_message) FILTER (WHERE last_outcome = 'network-error') AS message
        FROM provider_key
        WHERE tenant_id = ${tenantId}::uuid AND deleted_at IS NULL AND is_active AND probe_mode <> 'off'
          AND last_outcome <> 'cannot-open'`,
    ]);
    if (!unanswered) throw new Error('a count is one row');
    return { counts, unanswered };
  });
}
