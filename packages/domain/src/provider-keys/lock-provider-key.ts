import type { Tx } from '#db/database.js';
import { providerKeyNotFound } from './get-provider-key.js';
import { providerKeyColumns, type ProviderKeyView, toProviderKeyView } from './provider-key.js';

/**
 * The key as it is, and stays until this transaction ends. What only refers to it, such as a claim, is not held up.
 * @throws Problem `not-found`
 */
export async function lockProviderKey(tx: Tx, tenantId: string, id: string): Promise<ProviderKeyView> {
  await tx.$queryRaw`
    SELECT FROM provider_key WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid FOR NO KEY UPDATE`;
  const row = await tx.providerKey.findFirst({
    where: { tenantId, id, deletedAt: null },
    select: providerKeyColumns,
  });
  if (!row) throw providerKeyNotFound();
  return toProviderKeyView(row);
}
