import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import type { Database } from '#db/database.js';
import { postSpend } from './post-spend.js';

const pageSize = 500;

/**
 * Brings the ledgers of all organizations of all tenants that are not deleted up to their bills and to the calendar. One
 * that fails is logged and holds up no other; the next time comes.
 */
export async function unscopedPostLedgers(deps: { db: Database; clock: Clock; logger: Logger }): Promise<void> {
  let after: string | null = null;
  do {
    const page: { tenantId: string; id: string }[] = await deps.db.unscoped.$queryRaw`
      SELECT o.tenant_id::text AS "tenantId", o.id::text FROM organization o JOIN tenant t ON t.id = o.tenant_id
      WHERE t.status <> 'deleted' AND (${after}::uuid IS NULL OR o.id > ${after}::uuid)
      ORDER BY o.id LIMIT ${pageSize}`;
    for (const { tenantId, id } of page) {
      try {
        await postSpend(deps, tenantId, id);
      } catch (error) {
        deps.logger.warn({ err: error, tenantId, organizationId: id }, 'the ledger could not be brought up to date');
      }
    }
    after = page.length < pageSize ? null : (page.at(-1)?.id ?? null);
  } while (after !== null);
}
