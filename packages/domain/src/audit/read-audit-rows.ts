import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import type { Actor } from './actor.js';
import type { AuditEvent } from './audit-event.js';

export interface AuditRow {
  event: AuditEvent;
  mac: Uint8Array;
}

/** The columns, as Postgres itself says them: a driver would round a time, or break at one that is none. */
interface StoredRow {
  seq: bigint;
  at: string | null;
  actorKind: string;
  actorId: string | null;
  actorName: string;
  address: string | null;
  requestId: string | null;
  action: string;
  subjectKind: string;
  subjectId: string;
  subjectName: string | null;
  before: string | null;
  after: string | null;
  mac: Uint8Array;
}

/** Rows of a tenant's chain by number. They hold what our own writes allow, or what somebody else has put there. */
export async function readAuditRows(
  tx: Tx,
  tenantId: string,
  { where, order, limit }: { where: readonly Prisma.Sql[]; order: 'ascending' | 'descending'; limit: number },
): Promise<AuditRow[]> {
  const rows = await tx.$queryRaw<StoredRow[]>`
    SELECT seq, to_json(at AT TIME ZONE 'UTC') #>> '{}' AS at, actor_kind AS "actorKind", actor_id AS "actorId",
      actor_name AS "actorName", address, request_id AS "requestId", action, subject_kind AS "subjectKind",
      subject_id AS "subjectId", subject_name AS "subjectName", before, after, COALESCE(mac, '') AS mac
    FROM audit_event WHERE ${Prisma.join([Prisma.sql`tenant_id = ${tenantId}::uuid`, ...where], ' AND ')}
    ORDER BY seq ${order === 'ascending' ? Prisma.sql`ASC` : Prisma.sql`DESC`} LIMIT ${limit}`;
  return rows.map(toAuditRow);
}

function toAuditRow({ mac, ...row }: StoredRow): AuditRow {
  const event = {
    seq: row.seq,
    at: toInstant(row.at),
    actor: {
      kind: row.actorKind as Actor['kind'],
      id: row.actorId,
      name: row.actorName,
      address: row.address,
      requestId: row.requestId,
    },
    action: row.action,
    subject: { kind: row.subjectKind, id: row.subjectId, name: row.subjectName },
    before: row.before,
    after: row.after,
  };
  return { event, mac };
}

/** As we write them: of our era and to the millisecond. */
const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?$/;

/** Null of anything else, such as `infinity`. */
function toInstant(text: string | null): Date | null {
  return text !== null && written.test(text) ? new Date(`${text}Z`) : null;
}
