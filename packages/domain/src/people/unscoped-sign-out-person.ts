import { withTenant } from '#db/with-tenant.js';
import { endAllSessionsIn } from '../sessions/end-all-sessions.js';
import type { AdmitDeps, Origin } from './admit-deps.js';
import type { Identity } from './identity.js';

/** Ends the sessions that somebody has in tenants where their place is no more: all but `stays`. */
export async function unscopedEndFormerPlaces(
  deps: AdmitDeps,
  { identity, origin, stays }: { identity: Identity; origin: Origin; stays: string | null },
): Promise<void> {
  const { issuer, subject } = identity;
  const known = await deps.db.unscoped.person.findMany({
    where: { issuer, subject, ...(stays !== null && { tenantId: { not: stays } }) },
    select: { tenantId: true, id: true, name: true },
  });
  for (const { tenantId, id, name } of known) {
    const actor = { kind: 'person', id, name, ...origin } as const;
    await withTenant(deps.db, tenantId, async (tx) => {
      const isHere = await tx.session.findFirst({ where: { tenantId, personId: id }, select: { id: true } });
      const holder = { kind: 'person', id, name } as const;
      if (isHere) await endAllSessionsIn(tx, { ...deps, actor }, { tenantId, holder });
    });
  }
}
