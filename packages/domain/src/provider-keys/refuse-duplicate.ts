import { Problem } from '#core/problem.js';
import type { Tx } from '#db/database.js';
import { isUniqueViolation } from '#db/is-unique-violation.js';

interface Candidate {
  tenantId: string;
  /** The row that may keep its own label and secret. */
  exceptId?: string;
  label?: string | undefined;
  fingerprint?: Uint8Array<ArrayBuffer>;
}

/** @throws Problem `duplicate-label` or `duplicate-secret`, naming the label of the key that is in the way */
export async function refuseDuplicate(tx: Tx, candidate: Candidate): Promise<void> {
  const others = {
    tenantId: candidate.tenantId,
    deletedAt: null,
    ...(candidate.exceptId !== undefined && { id: { not: candidate.exceptId } }),
  };
  if (candidate.fingerprint) {
    const same = await tx.providerKey.findFirst({
      where: { ...others, fingerprint: candidate.fingerprint },
      select: { label: true },
    });
    if (same) throw duplicateSecret(same.label);
  }
  if (candidate.label !== undefined) {
    const same = await tx.providerKey.findFirst({
      where: { ...others, label: { equals: candidate.label, mode: 'insensitive' } },
      select: { label: true },
    });
    if (same) throw duplicateLabel(same.label);
  }
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
