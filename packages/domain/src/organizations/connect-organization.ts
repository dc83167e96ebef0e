import { newId } from '#core/ids.js';
import type { Tx } from '#db/database.js';

/** Makes the organization that a new admin key opens, due to be imported at once. Which one it is, the import finds out. */
export async function connectOrganization(
  tx: Tx,
  { tenantId, providerKeyId, name, now }: { tenantId: string; providerKeyId: string; name: string; now: Date },
): Promise<void> {
  await tx.organization.create({
    data: { tenantId, id: newId(), providerKeyId, name, createdAt: now, nextImportAt: now },
  });
}
