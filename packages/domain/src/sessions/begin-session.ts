import { newId } from '#core/ids.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { Principal } from '../access-tokens/principal.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { columnOf, longestSessionMs, mostSessions, type SessionHolder, type SessionPlace } from './session.js';

/** As much of a browser's name of itself as is kept. */
const longestUserAgent = 300;

/**
 * Begins a session of whoever signed in, always under a new id. A holder with as many sessions as there may be loses those
 * that were used longest ago.
 */
export async function beginSession(
  deps: AuditDeps & { db: Database },
  principal: Pick<Principal, 'kind' | 'id' | 'name' | 'role' | 'tenant'>,
  place: SessionPlace,
): Promise<{ id: string; endsAt: Date }> {
  const id = newId();
  const now = deps.clock.now();
  const endsAt = new Date(now.getTime() + longestSessionMs);
  const tenantId = principal.tenant.id;
  await withTenant(deps.db, tenantId, async (tx) => {
    await makeRoom(tx, tenantId, principal);
    await tx.session.create({
      data: {
        tenantId,
        id,
        ...columnOf(principal),
        beganAt: now,
        lastSeenAt: now,
        endsAt,
        address: place.address,
        userAgent: place.userAgent?.slice(0, longestUserAgent) ?? null,
      },
      select: { id: true },
    });
    await recordAudit(tx, deps, tenantId, {
      action: 'session.begin',
      subject: { kind: 'session', id, name: principal.name },
      after: { role: principal.role },
    });
  });
  return { id, endsAt };
}

async function makeRoom(tx: Tx, tenantId: string, holder: SessionHolder): Promise<void> {
  // Sign-ins of one holder wait for each other; the next statement then sees what the one before began.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('sessions ' || ${holder.id}, 0))`;
  const tooMany = await tx.session.findMany({
    where: { tenantId, ...columnOf(holder) },
    orderBy: [{ lastSeenAt: 'desc' }, { id: 'desc' }],
    skip: mostSessions - 1,
    select: { id: true },
  });
  await tx.session.deleteMany({ where: { tenantId, id: { in: tooMany.map(({ id }) => id) } } });
}
