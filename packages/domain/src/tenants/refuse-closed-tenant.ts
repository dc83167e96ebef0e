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
 * Says no to whoever wants to act in a tenant that is not active, why, and what to do: members can only ask, and those who
 * run the installation can open it.
 * @throws Problem `tenant-suspended`, `tenant-deleted`
 */
export function refuseClosedTenant(
  tenant: { status: string; suspendedReason: string | null; purgeAt: Date | null },
  who: 'member' | 'platform-admin' = 'member',
): void {
  if (tenant.status === 'active') return;
  if (tenant.status === 'deleted') {
    const until = tenant.purgeAt ? ` The time to restore it ends ${tenant.purgeAt.toISOString()}.` : '';
    throw new Problem('tenant-deleted', { detail: `This tenant is deleted.${until} ${advice(who, 'Restore')}` });
  }
  const reason = tenant.suspendedReason === null ? '' : ` The reason: ${asSentence(tenant.suspendedReason)}`;
  throw new Problem('tenant-suspended', {
    detail: `This tenant is suspended.${reason} ${advice(who, 'Resume')}`,
  });
}

function advice(who: 'member' | 'platform-admin', way: 'Restore' | 'Resume'): string {
  return who === 'member' ? 'Ask who runs this installation.' : `${way} it first.`;
}

function asSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
