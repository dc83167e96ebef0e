import { withTenant } from '#db/with-tenant.js';
import { endAllSessionsIn } from '../sessions/end-all-sessions.js';
import type { AdmitDeps, Origin } from './admit-deps.js';
import type { SubjectOfIssuer } from './identity.js';

/** Ends the sessions that somebody has, in every tenant but `exceptIn`. */
export async function unscopedSignOutPerson(
  deps: AdmitDeps,
  { identity, origin, exceptIn }: { identity: SubjectOfIssuer; origin: Origin; exceptIn: string | null },
): Promise<void> {
  const { issuer, subject } = identity;
  const known = await deps.db.unscoped.person.findMany({
    where: { issuer, subject, ...(exceptIn !== null && { tenantId: { not: exceptIn } }) },
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
