import { Problem } from '#core/problem.js';
import type { Prisma } from '#db/rows.js';
import { tenantColumns } from './tenant.js';

/** What a tenant's row has to be read with to be judged. */
export const judgedTenantColumns = {
  ...tenantColumns,
  suspendedReason: true,
  purgeAt: true,
} as const satisfies Prisma.TenantSelect;

/**
 * Says no to whoever belongs to a tenant that is not active, and why.
 * @throws Problem `tenant-suspended`, `tenant-deleted`
 */
export function refuseClosedTenant(tenant: {
  status: string;
  suspendedReason: string | null;
  purgeAt: Date | null;
}): void {
  if (tenant.status === 'active') return;
  if (tenant.status === 'deleted') {
    const until = tenant.purgeAt ? ` The time to restore it ends ${tenant.purgeAt.toISOString()}.` : '';
    throw new Problem('tenant-deleted', { detail: `This tenant is deleted.${until} Ask who runs this installation.` });
  }
  const reason = tenant.suspendedReason === null ? '' : ` The reason: ${asSentence(tenant.suspendedReason)}`;
  throw new Problem('tenant-suspended', {
    detail: `This tenant is suspended.${reason} Ask who runs this installation.`,
  });
}

function asSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
