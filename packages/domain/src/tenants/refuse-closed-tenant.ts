import { Problem } from '#core/problem.js';
import type { Prisma } from '#db/rows.js';
import type { Principal } from '../access-tokens/principal.js';
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
 * @param holder who wants to; null of a person who may not be known here yet
 * @throws Problem `tenant-suspended`, `tenant-deleted`
 */
export function refuseClosedTenant(
  tenant: { id: string; status: string; suspendedReason: string | null; purgeAt: Date | null },
  { holder, isMember }: { holder: Pick<Principal, 'kind' | 'id'> | null; isMember: boolean },
): void {
  if (tenant.status === 'active') return;
  const who = { ...(holder && { [`${holder.kind}Id`]: holder.id }), tenantId: tenant.id };
  if (tenant.status === 'deleted') {
    const until = tenant.purgeAt ? ` The time to restore it ends ${tenant.purgeAt.toISOString()}.` : '';
    const detail = `This tenant is deleted.${until} ${isMember ? askOperator : 'Restore it first.'}`;
    throw new Problem('tenant-deleted', { detail, who });
  }
  const reason = tenant.suspendedReason === null ? '' : ` The reason: ${asSentence(tenant.suspendedReason)}`;
  const detail = `This tenant is suspended.${reason} ${isMember ? askOperator : 'Resume it first.'}`;
  throw new Problem('tenant-suspended', { detail, who });
}

const askOperator = 'Ask who runs this installation.';

function asSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
