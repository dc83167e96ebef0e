import type { Prisma } from '#db/rows.js';

/** A customer of this installation, as every part of the program may know it. */
export interface Tenant {
  id: string;
  /** As `slugPattern` says; unique in the installation. */
  slug: string;
  name: string;
  /** IANA name; days in reports are cut in it. */
  reportingTimeZone: string;
  /** Of a tenant that is not active no key is probed or imported, and no token is good. */
  status: 'active' | 'suspended' | 'deleted';
}

export const tenantColumns = {
  id: true,
  slug: true,
  name: true,
  reportingTimeZone: true,
  status: true,
} as const satisfies Prisma.TenantSelect;

/** The status column holds only what its check constraint allows. */
export function toTenant(row: Prisma.TenantGetPayload<{ select: typeof tenantColumns }>): Tenant {
  const { id, slug, name, reportingTimeZone } = row;
  return { id, slug, name, reportingTimeZone, status: row.status as Tenant['status'] };
}

/** 1 to 63 lower-case letters, digits and hyphens, the latter at neither end. */
export const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The tenant that the installation is run from: the first one. Platform administrators' tokens are here and nowhere else,
 * and it can be neither suspended nor deleted.
 */
export const platformSlug = 'default';
