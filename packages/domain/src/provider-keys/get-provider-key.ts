import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { providerKeyColumns, type ProviderKeyView, toProviderKeyView } from './provider-key.js';

/** @throws Problem `not-found`, the same for an absent, a deleted and another tenant's key */
export async function getProviderKey(deps: { db: Database }, tenantId: string, id: string): Promise<ProviderKeyView> {
  const row = await withTenant(deps.db, tenantId, (tx) =>
    tx.providerKey.findFirst({ where: { tenantId, id, deletedAt: null }, select: providerKeyColumns }),
  );
  if (!row) throw providerKeyNotFound();
  return toProviderKeyView(row);
}

export function providerKeyNotFound(): Problem {
  return new Problem('not-found', { detail: 'There is no such key.' });
}
