import type { Database } from '#db/database.js';
import type { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { notACursor } from '../paging/not-a-cursor.js';
import type { AuditEvent } from './audit-event.js';
import { toAuditEvent } from './audit-row.js';

/** Which events are meant; what is left out does not narrow. */
export interface AuditFilter {
  /** The id of a token, person or worker, or the name that it had. */
  actor?: string | undefined;
  /** Such as `provider-key.delete`, or `provider-key` for all that is done with keys. */
  action?: string | undefined;
  /** The id of what it was done to, or its kind, such as `organization`. */
  subject?: string | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

export interface ListedAuditEvent extends AuditEvent {
  /** Hexadecimal; with its number, an anchor of the chain. */
  mac: string;
}

/**
 * One page of a tenant's audit events, newest first. `next` is the `after` of the following page, null on the last.
 * @throws Problem `invalid-request` for a cursor that is none of ours
 */
export async function listAuditEvents(
  deps: { db: Database },
  tenantId: string,
  filter: AuditFilter,
  page: { after?: string | undefined; limit: number },
): Promise<{ items: ListedAuditEvent[]; next: string | null }> {
  const before = page.after === undefined ? undefined : parseCursor(page.after);
  const rows = await withTenant(deps.db, tenantId, (tx) =>
    tx.auditEvent.findMany({
      where: { AND: [{ tenantId }, ...conditions(filter), before === undefined ? {} : { seq: { lt: before } }] },
      orderBy: { seq: 'desc' },
      take: page.limit + 1,
    }),
  );
  const items = rows
    .slice(0, page.limit)
    .map((row) => ({ ...toAuditEvent(row), mac: Buffer.from(row.mac).toString('hex') }));
  return { items, next: rows.length > page.limit ? String(items.at(-1)?.seq) : null };
}

function conditions({ actor, action, subject, from, to }: AuditFilter): Prisma.AuditEventWhereInput[] {
  return [
    ...(actor === undefined ? [] : [{ OR: [{ actorId: actor }, { actorName: actor }] }]),
    ...(action === undefined ? [] : [{ OR: [{ action }, { action: { startsWith: `${action}.` } }] }]),
    ...(subject === undefined ? [] : [{ OR: [{ subjectId: subject }, { subjectKind: subject }] }]),
    ...(from === undefined ? [] : [{ at: { gte: from } }]),
    ...(to === undefined ? [] : [{ at: { lt: to } }]),
  ];
}

/** The number of the last event of the page before. */
function parseCursor(cursor: string): bigint {
  if (/^[1-9]\d{0,17}$/.test(cursor)) return BigInt(cursor);
  throw notACursor();
}
