import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { notACursor } from '../paging/not-a-cursor.js';
import type { AuditEvent } from './audit-event.js';
import { readAuditRows } from './read-audit-rows.js';

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
    readAuditRows(tx, tenantId, {
      where: [...conditions(filter), ...(before === undefined ? [] : [Prisma.sql`seq < ${before}`])],
      order: 'descending',
      limit: page.limit + 1,
    }),
  );
  const items = rows
    .slice(0, page.limit)
    .map(({ event, mac }) => ({ ...event, mac: Buffer.from(mac).toString('hex') }));
  return { items, next: rows.length > page.limit ? String(items.at(-1)?.seq) : null };
}

function conditions({ actor, action, subject, from, to }: AuditFilter): Prisma.Sql[] {
  return [
    ...(actor === undefined ? [] : [Prisma.sql`(actor_id = ${actor} OR actor_name = ${actor})`]),
    ...(action === undefined ? [] : [Prisma.sql`(action = ${action} OR starts_with(action, ${`${action}.`}))`]),
    ...(subject === undefined ? [] : [Prisma.sql`(subject_id = ${subject} OR subject_kind = ${subject})`]),
    ...(from === undefined ? [] : [Prisma.sql`at >= ${from}`]),
    ...(to === undefined ? [] : [Prisma.sql`at < ${to}`]),
  ];
}

/** The number of the last event of the page before: any that the column can hold. */
function parseCursor(cursor: string): bigint {
  const seq = /^-?\d{1,19}$/.test(cursor) ? BigInt(cursor) : null;
  if (seq === null || seq !== BigInt.asIntN(64, seq)) throw notACursor();
  return seq;
}
