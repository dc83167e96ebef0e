import type { Clock } from '#core/clock.js';
import { redactSecrets } from '#core/logger.js';
import { chainMac, chainStart } from '#crypto/chain-mac.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Tx } from '#db/database.js';
import type { Actor } from './actor.js';
import { actorNameIn } from './actor-name-in.js';
import { ensureAuditKey } from './audit-key.js';
import { type AuditDetails, type AuditEntry, contentOf } from './audit-event.js';

/** What a verb needs whose deeds are audited. */
export interface AuditDeps {
  ring: MasterKeyRing;
  clock: Clock;
  actor: Actor;
}

/**
 * Writes down who did what, in the transaction of the change and as its last statement: without the one there is not the
 * other. Events of a tenant wait for each other here, so nothing else may be locked afterwards.
 * @throws CannotOpenError when the master key does not fit the tenant's data key
 */
export async function recordAudit(tx: Tx, deps: AuditDeps, tenantId: string, entry: AuditEntry): Promise<void> {
  // In a statement of its own: the next one sees the event that was waited for.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('audit ' || ${tenantId}, 0))`;
  const key = await ensureAuditKey(deps.ring, tx, tenantId);
  const last = await tx.auditEvent.findFirst({
    where: { tenantId },
    orderBy: { seq: 'desc' },
    select: { seq: true, mac: true },
  });
  const event = {
    seq: (last?.seq ?? 0n) + 1n,
    at: deps.clock.now(),
    actor: wellFormed({ ...deps.actor, name: actorNameIn(tenantId, deps.actor) }),
    action: entry.action,
    subject: wellFormed({ ...entry.subject, name: entry.subject.name ?? null }),
    before: toText(entry.before),
    after: toText(entry.after),
  };
  const { actor } = event;
  await tx.auditEvent.create({
    data: {
      tenantId,
      seq: event.seq,
      at: event.at,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      address: actor.address,
      requestId: actor.requestId,
      action: event.action,
      subjectKind: event.subject.kind,
      subjectId: event.subject.id,
      subjectName: event.subject.name,
      before: event.before,
      after: event.after,
      mac: chainMac(key, last?.mac ?? chainStart, contentOf(tenantId, event)),
    },
    select: { seq: true },
  });
}

/** No secret belongs in it; one that somebody wrote into a note is taken out all the same. */
function toText(details: AuditDetails | undefined): string | null {
  return details === undefined ? null : redactSecrets(JSON.stringify(details));
}

/** Half of a surrogate pair would be another character in the database than it was in the MAC. */
function wellFormed<Texts extends object>(texts: Texts): Texts {
  const entries = Object.entries(texts).map(([name, text]: [string, unknown]) => [
    name,
    typeof text === 'string' ? text.replaceAll(/\p{Surrogate}/gu, '\uFFFD') : text,
  ]);
  return Object.fromEntries(entries) as Texts;
}
