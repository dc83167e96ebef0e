import { Problem } from '#core/problem.js';

const retryAfterSecs = 10;

/** The provider does not answer, or not as one. */
export function toAwayProblem(cause: unknown, provider: string): Problem {
  const detail = `${provider} does not answer right now. Try again in a moment.`;
  return new Problem('unavailable', { detail, retryAfterSecs, cause });
}
