import { Problem } from '#core/problem.js';
import type { SecretString } from '#core/secret-string.js';

/**
 * Whatever it looks like: everybody reads labels and models, and the audit log keeps them.
 * @throws Problem `invalid-request`
 */
export function refuseToShow(secret: SecretString, shown: { label: string; model?: string | undefined }): void {
  for (const field of ['label', 'model'] as const) {
    if (!shown[field]?.includes(secret.reveal())) continue;
    throw new Problem('invalid-request', { field, detail: 'holds the key itself, and everybody can read it here' });
  }
}
