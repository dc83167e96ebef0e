import { Problem } from '#core/problem.js';
import type { Tx } from '#db/database.js';
import { type AccessTokenView, environmentTokenName } from './access-token-view.js';

/** Why no other token can take the place of this one; null where one can. */
export async function rotationFault(
  tx: Tx,
  { tenantId, token, now }: { tenantId: string; token: AccessTokenView; now: Date },
): Promise<Problem | null> {
  if (token.name === environmentTokenName) {
    const detail = 'This token is the API_KEY that the program was started with: change it there.';
    return new Problem('invalid-request', { detail });
  }
  const next = await tx.accessToken.findFirst({ where: { tenantId, replacesId: token.id }, select: { id: true } });
  const isOver = token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= now);
  if (!isOver) return next && new Problem('already-rotated');
  const detail = next
    ? 'This token has ended, and another took its place: rotate that one.'
    : 'This token has ended. Issue a new one.';
  return new Problem('invalid-request', { detail });
}
