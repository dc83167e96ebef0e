import type { Prisma } from '#db/rows.js';
import type { Actor } from './actor.js';
import type { AuditEvent } from './audit-event.js';

/** A row as an event; the text columns hold what our own writes allow, or what somebody else has put there. */
export function toAuditEvent(row: Prisma.AuditEventGetPayload<object>): AuditEvent {
  return {
    seq: row.seq,
    at: row.at,
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
}
