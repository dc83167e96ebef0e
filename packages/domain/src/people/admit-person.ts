import { newId } from '#core/ids.js';
import { Problem } from '#core/problem.js';
import { withTenant } from '#db/with-tenant.js';
import type { AccessRole } from '../access-tokens/access-role.js';
import type { Principal } from '../access-tokens/principal.js';
import type { Actor } from '../audit/actor.js';
import { recordAudit } from '../audit/record-audit.js';
import { refuseClosedTenant } from '../tenants/refuse-closed-tenant.js';
import { unscopedFindTenantBySlug } from '../tenants/unscoped-find-tenant-by-slug.js';
import { unscopedGetTenant } from '../tenants/unscoped-get-tenant.js';
import type { AdmitDeps, Origin } from './admit-deps.js';
import type { Identity } from './identity.js';
import { refusePerson } from './refuse-person.js';
import { findPlace, type MappingRule, needsVerifiedEmail, type Place } from './sign-in-mapping.js';
import { unscopedSignOutPerson } from './unscoped-sign-out-person.js';

/**
 * Lets in whom the identity provider vouched for and the mapping has a place for. It is asked at every sign-in: who has
 * another role has it in all their sessions from now on, and the sessions of who has another place or none end.
 * @param weakness why their sign-in at the provider does not count, if it does not: then nothing changes but the audit, and
 *   they are not told whether there is a place for them
 * @throws Problem `weakness`, `sign-in-refused`, `tenant-suspended`, `tenant-deleted`; each is audited
 */
export async function admitPerson(
  deps: AdmitDeps,
  {
    identity,
    weakness,
    rules,
    origin,
  }: { identity: Identity; weakness: Problem | null; rules: readonly MappingRule[]; origin: Origin },
): Promise<Principal> {
  const place = findPlace(rules, identity);
  const tenant = place && (await unscopedFindTenantBySlug(deps, place.tenantSlug));
  if (weakness) {
    const home = tenant && { tenant: await unscopedGetTenant(deps, tenant.id) };
    throw await refusePerson(deps, { identity, origin, problem: weakness, ...home });
  }
  await unscopedSignOutPerson(deps, { identity, origin, exceptIn: tenant?.id ?? null });
  if (!place) throw await refusePerson(deps, { identity, origin, problem: noPlace(rules, identity) });
  if (!tenant) throw await refusePerson(deps, { identity, origin, problem: noTenant(place) });
  const judged = await unscopedGetTenant(deps, tenant.id);
  try {
    refuseClosedTenant(judged, { holder: null, isMember: true });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw await refusePerson(deps, { identity, origin, problem: error, tenant: judged });
  }
  const { id, role } = await keepPerson(deps, { identity, place, tenantId: tenant.id, origin });
  return { kind: 'person', id, name: identity.name, role, tenant, issuer: identity.issuer };
}

function noPlace(rules: readonly MappingRule[], identity: Identity): Problem {
  if (needsVerifiedEmail(rules, identity)) {
    const detail = `Your e-mail address ${identity.email?.address} is not verified by your identity provider. Have it verified there, then sign in again.`;
    return new Problem('sign-in-refused', { detail });
  }
  const detail = `You are known to your identity provider as ${identity.name}, and nobody has given you access here. Ask who runs this installation.`;
  return new Problem('sign-in-refused', { detail });
}

function noTenant({ tenantSlug }: Place): Problem {
  const detail = `You would belong to the tenant “${tenantSlug}”, which does not exist. Tell who runs this installation.`;
  return new Problem('sign-in-refused', { detail });
}

/** Audited when something is new; that they signed in is an event of their session. */
async function keepPerson(
  deps: AdmitDeps,
  { identity, place, tenantId, origin }: { identity: Identity; place: Place; tenantId: string; origin: Origin },
): Promise<{ id: string; role: AccessRole }> {
  const { issuer, subject, name } = identity;
  const now = deps.clock.now();
  const { role } = place;
  return withTenant(deps.db, tenantId, async (tx) => {
    // Two sign-ins at once of somebody new make one person.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('person ' || ${issuer} || ' ' || ${subject}, 0))`;
    const known = await tx.person.findFirst({ where: { tenantId, issuer, subject }, select: { id: true, role: true } });
    const id = known?.id ?? newId();
    const data = { name, role, signedInAt: now };
    if (known) await tx.person.updateMany({ where: { tenantId, id }, data });
    else {
      await tx.person.createMany({ data: [{ tenantId, id, issuer, subject, createdAt: now, ...data }] });
    }
    if (known?.role === role) return { id, role };
    const actor: Actor = { kind: 'person', id, name, ...origin };
    await recordAudit(tx, { ...deps, actor }, tenantId, {
      action: 'person.admit',
      subject: { kind: 'person', id, name },
      ...(known && { before: { role: known.role } }),
      after: { role, issuer, subject },
    });
    return { id, role };
  });
}
