import type { Database } from '#db/database.js';
import { toCsv } from '../csv/to-csv.js';
import type { AuditFilter, ListedAuditEvent } from './list-audit-events.js';
import { pageThroughAudit } from './page-through-audit.js';

/** Column name → value, in the order of the file. */
const columns: Record<string, (event: ListedAuditEvent) => string | null> = {
  seq: ({ seq }) => String(seq),
  at: ({ at }) => at && at.toISOString(),
  actor_kind: ({ actor }) => actor.kind,
  actor_name: ({ actor }) => actor.name,
  actor_id: ({ actor }) => actor.id,
  address: ({ actor }) => actor.address,
  request_id: ({ actor }) => actor.requestId,
  action: ({ action }) => action,
  subject_kind: ({ subject }) => subject.kind,
  subject_name: ({ subject }) => subject.name,
  subject_id: ({ subject }) => subject.id,
  before: ({ before }) => before,
  after: ({ after }) => after,
  mac: ({ mac }) => mac,
};

/**
 * Audit events as CSV (RFC 4180), newest first: the header line, then pieces of up to 1,000 rows. At most one piece is in
 * memory and no transaction outlives its piece. Text that a spreadsheet would run as a formula is preceded by an apostrophe.
 */
export async function* streamAuditCsv(
  deps: { db: Database },
  tenantId: string,
  filter: AuditFilter,
): AsyncGenerator<string, void, undefined> {
  yield toCsv([Object.keys(columns)]);
  for await (const events of pageThroughAudit(deps, tenantId, filter)) {
    yield toCsv(events.map((event) => Object.values(columns).map((value) => value(event))));
  }
}
