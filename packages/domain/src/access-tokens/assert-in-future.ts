import { Problem } from '#core/problem.js';

/**
 * Refuses an end of a token that is past already; none at all is fine.
 * @throws Problem `invalid-request`
 */
export function assertInFuture(expiresAt: Date | undefined, now: Date): void {
  if (expiresAt === undefined || expiresAt > now) return;
  const detail = 'It has to end in the future.';
  throw new Problem('invalid-request', { detail, fields: { expiresAt: detail } });
}
