import { Problem } from '#core/problem.js';
import type { Prisma } from '#db/rows.js';
import { type Tenant, tenantColumns, toTenant } from './tenant.js';

/** A tenant as platform administrators see it. */
export interface TenantView extends Tenant {
  createdAt: Date;
  /** Also of a deleted tenant that was suspended before, which is what it is restored to. */
  suspendedAt: Date | null;
  suspendedReason: string | null;
  deletedAt: Date | null;
  /** A deleted tenant can be restored until then. */
  purgeAt: Date | null;
  purgeBeganAt: Date | null;
  /** How long single records are kept, which is then shorter than in the installation; null: as in the installation. */
  recordRetentionDays: number | null;
}

export const tenantViewColumns = {
  ...tenantColumns,
  createdAt: true,
  suspendedAt: true,
  suspendedReason: true,
  deletedAt: true,
  purgeAt: true,
  purgeBeganAt: true,
  recordRetentionDays: true,
} as const satisfies Prisma.TenantSelect;

export function toTenantView(row: Prisma.TenantGetPayload<{ select: typeof tenantViewColumns }>): TenantView {
  const { createdAt, suspendedAt, suspendedReason, deletedAt, purgeAt, purgeBeganAt, recordRetentionDays } = row;
  const dates = { createdAt, suspendedAt, deletedAt, purgeAt, purgeBeganAt };
  return { ...toTenant(row), ...dates, suspendedReason, recordRetentionDays };
}

export function tenantNotFound(): Problem {
  return new Problem('not-found', { detail: 'There is no such tenant.' });
}
