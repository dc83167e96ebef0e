import type { Database } from '#db/database.js';
import { toAuditJson } from './audit-json.js';
import type { AuditFilter } from './list-audit-events.js';
import { pageThroughAudit } from './page-through-audit.js';

/**
 * Audit events as lines of JSON, newest first, in pieces of up to 1,000. Each has `tenantId`, `seq` and `mac`, so that the file
 * is one of anchors as well.
 */
export async function* streamAuditJsonLines(
  deps: { db: Database },
  tenantId: string,
  filter: AuditFilter,
): AsyncGenerator<string, void, undefined> {
  for await (const events of pageThroughAudit(deps, tenantId, filter)) {
    yield events.map((event) => `${JSON.stringify({ tenantId, ...toAuditJson(event) })}\n`).join('');
  }
}
