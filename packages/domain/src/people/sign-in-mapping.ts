import { type AccessRole, accessRoles } from '../access-tokens/access-role.js';
import { platformSlug, slugPattern } from '../tenants/tenant.js';
import type { Identity } from './identity.js';

/** What somebody may do, and where. */
export interface Place {
  tenantSlug: string;
  role: AccessRole;
}

/** Members of a group, or people whose verified e-mail address is of a domain, have this place. */
export interface MappingRule extends Place {
  by: 'group' | 'domain';
  /** A group as the provider writes it; a domain in lower case. */
  value: string;
}

/**
 * Reads `group:NAME=tenant/role; domain:acme.com=tenant/role`, rules separated by semicolons or line breaks. What follows the
 * last `=` is the place, so that a group may be named like `cn=ops,ou=groups`.
 * @returns the rules, or what is wrong with them
 */
export function parseSignInMapping(text: string): { rules: MappingRule[]; faults: string[] } {
  const parts = text.split(/[;\n]/).map((part) => part.trim());
  const parsed = parts.filter((part) => part !== '').map((part, index) => parseRule(part, index + 1));
  const rules = parsed.filter((rule) => typeof rule !== 'string');
  const faults = parsed.filter((rule) => typeof rule === 'string');
  return { rules, faults: parsed.length === 0 ? ['must have a rule'] : faults };
}

const rulePattern = /^(group|domain):(.+)=([^=/]+)\/([a-z-]+)$/;
const domainPattern = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

function parseRule(text: string, number: number): MappingRule | string {
  const [, by, given = '', tenantSlug = '', roleName] = rulePattern.exec(text) ?? [];
  const role = accessRoles.find((known) => known === roleName);
  if (by === undefined || role === undefined || !slugPattern.test(tenantSlug)) {
    return `rule ${number} must be like group:NAME=tenant/role or domain:example.com=tenant/role, with a role of ${accessRoles.join(', ')}`;
  }
  if (role === 'platform-admin' && tenantSlug !== platformSlug) {
    return `rule ${number}: a platform-admin is one of the tenant ${platformSlug} alone`;
  }
  if (by === 'group') return { by, value: given.trim(), tenantSlug, role };
  const value = given.trim().toLowerCase();
  return domainPattern.test(value)
    ? { by: 'domain', value, tenantSlug, role }
    : `rule ${number} must name a domain such as example.com`;
}

/** The place of the first rule that holds for somebody; null when none does. */
export function findPlace(rules: readonly MappingRule[], identity: Identity): Place | null {
  const rule = rules.find(({ by, value }) =>
    by === 'group' ? identity.groups.includes(value) : identity.email?.isVerified && domainOf(identity) === value,
  );
  return rule ? { tenantSlug: rule.tenantSlug, role: rule.role } : null;
}

/** Whether somebody would have a place if only the provider had verified their address. */
export function needsVerifiedEmail(rules: readonly MappingRule[], identity: Identity): boolean {
  if (identity.email === null || identity.email.isVerified) return false;
  return rules.some(({ by, value }) => by === 'domain' && domainOf(identity) === value);
}

/** What follows the last `@`; a mailbox may have more of them, in quotes. */
function domainOf({ email }: Identity): string {
  const address = email?.address ?? '';
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
