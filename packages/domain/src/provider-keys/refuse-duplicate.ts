import { Problem } from '#core/problem.js';
import type { Tx } from '#db/database.js';
import { isUniqueViolation } from '#db/is-unique-violation.js';

interface Candidate {
  tenantId: string;
  /** The row that may keep its own label and secret. */
  exceptId?: string | undefined;
  label?: string | undefined;
  /** Of the secret under each of the tenant's data keys. */
  fingerprints?: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * @throws Problem `duplicate-secret` or `duplicate-label`, naming the label of the key that is in the way; of both, the
 *   former with both as its fields
 */
export async function refuseDuplicate(tx: Tx, { exceptId, label, ...candidate }: Candidate): Promise<void> {
  const sameSecret = await findBySecret(tx, { exceptId, ...candidate });
  const sameLabel = label === undefined ? undefined : await findByLabel(tx, { label, exceptId });
  const fields = {
    ...(sameSecret && { key: `This key is stored already, as “${sameSecret.label}”.` }),
    ...(sameLabel && {
      label: `There is a key with the label “${sameLabel.label}” already. Choose another label.`,
    }),
  };
  const [detail] = Object.values(fields);
  if (detail === undefined) return;
  throw new Problem(sameSecret ? 'duplicate-secret' : 'duplicate-label', { detail, fields });
}

async function findBySecret(
  tx: Tx,
  { tenantId, exceptId, fingerprints }: Omit<Candidate, 'label'>,
): Promise<{ label: string } | null> {
  if (!fingerprints) return null;
  return tx.providerKey.findFirst({
    where: {
      tenantId,
      deletedAt: null,
      fingerprint: { in: [...fingerprints] },
      ...(exceptId !== undefined && { id: { not: exceptId } }),
    },
    select: { label: true },
  });
}

/** Compares as the unique index does. Prisma's own insensitive `equals` is an ILIKE, to which `_` is any character. */
async function findByLabel(
  tx: Tx,
  { label, exceptId }: { label: string; exceptId: string | undefined },
): Promise<{ label: string } | undefined> {
  const [same] = await tx.$queryRaw<{ label: string }[]>`
    SELECT label FROM provider_key
    WHERE tenant_id = current_tenant_id() AND lower(label) = lower(${label}) AND deleted_at IS NULL
      AND id IS DISTINCT FROM ${exceptId ?? null}::uuid`;
  return same;
}

/** Two requests can pass the look-up together; the index stops the second, which then finds the first by looking. */
export async function retryOnUniqueViolation<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return work();
  }
}
