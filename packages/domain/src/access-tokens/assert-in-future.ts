import { Problem } from '#core/problem.js';
import { pastEndFault } from './past-end-fault.js';

/**
 * Refuses an end of a token that is past already; none at all is fine.
 * @throws Problem `invalid-request`
 */
export function assertInFuture(expiresAt: Date | undefined, now: Date): void {
  const detail = pastEndFault(expiresAt, now);
  if (detail !== null) throw new Problem('invalid-request', { field: 'expiresAt', detail });
}
