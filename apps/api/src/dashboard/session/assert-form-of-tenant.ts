import { Problem } from '#core/problem.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import type { FormSubject } from './form-subject.js';
import type { Session } from './session.js';

/**
 * Refuses what was filled in for one tenant while another is looked into by now, as in a second tab.
 * @throws Problem `form-of-another-tenant`
 */
export function assertFormOfTenant(
  { tenantId }: FormSubject,
  { session: { principal }, lookedAt }: { session: Session; lookedAt: Tenant | null },
): void {
  if (tenantId === (lookedAt?.id ?? null)) return;
  const now = lookedAt ? `You now look into ${lookedAt.name}` : `You are back in ${principal.tenant.name}`;
  const there = tenantId === null ? principal.tenant.name : 'another tenant';
  const where = tenantId === null ? `Go back to ${there}` : 'Look into that one';
  const detail = `${now}; this was filled in for ${there}. Nothing was done. ${where} first, then fill it in there.`;
  throw new Problem('form-of-another-tenant', { detail });
}
