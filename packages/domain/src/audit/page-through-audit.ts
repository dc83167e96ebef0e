import type { Database } from '#db/database.js';
import { type AuditFilter, listAuditEvents, type ListedAuditEvent } from './list-audit-events.js';

const batchRows = 1_000;

/** All events of a filter, newest first, a batch at a time; each is read in a transaction of its own. */
export async function* pageThroughAudit(
  deps: { db: Database },
  tenantId: string,
  filter: AuditFilter,
): AsyncGenerator<ListedAuditEvent[], void, undefined> {
  let after: string | undefined;
  do {
    const { items, next } = await listAuditEvents(deps, tenantId, filter, { after, limit: batchRows });
    if (items.length > 0) yield items;
    after = next ?? undefined;
  } while (after !== undefined);
}
