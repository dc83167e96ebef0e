import { Problem } from '#core/problem.js';
import type { Tx } from '#db/database.js';
import { isUniqueViolation } from '#db/is-unique-violation.js';

interface Candidate {
  tenantId: string;
  /** The row that may keep its own label and secret. */
  exceptId?: string;
  label?: string | undefined;
  /** Of the secret under each of the tenant's data keys. */
  fingerprints?: readonly Uint8Array<ArrayBuffer>[];
}

/** @throws Problem `duplicate-label` or `duplicate-secret`, naming the label of the key that is in the way */
export async function refuseDuplicate(tx: Tx, candidate: Candidate): Promise<void> {
  const { tenantId, exceptId, fingerprints, label } = candidate;
  if (fingerprints) {
    const same = await tx.providerKey.findFirst({
      where: {
        tenantId,
        deletedAt: null,
        fingerprint: { in: [...fingerprints] },
        ...(exceptId !== undefined && { id: { not: exceptId } }),
      },
      select: { label: true },
    });
    if (same) throw duplicateSecret(same.label);
  }
  if (label !== undefined) {
    const same = await findByLabel(tx, { label, exceptId });
    if (same) throw duplicateLabel(same.label);
  }
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

function duplicateSecret(label: string): Problem {
  const detail = `This key is stored already, as “${label}”.`;
  return new Problem('duplicate-secret', { detail, fields: { key: detail } });
}

function duplicateLabel(label: string): Problem {
  const detail = `There is a key with the label “${label}” already. Choose another label.`;
  return new Problem('duplicate-label', { detail, fields: { label: detail } });
}
