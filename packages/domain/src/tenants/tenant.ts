import type { Prisma } from '#db/rows.js';

/** A customer of this installation, as every part of the program may know it. */
export interface Tenant {
  id: string;
  /** Lower-case letters, digits and hyphens, 1 to 63; unique in the installation. */
  slug: string;
  name: string;
  /** IANA name; days in reports are cut in it. */
  reportingTimeZone: string;
  status: 'active' | 'suspended';
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
  return { ...row, status: row.status as Tenant['status'] };
}
