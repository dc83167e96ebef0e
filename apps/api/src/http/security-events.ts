import type { ProblemCode } from '#core/problem.js';

/** What somebody who guards an installation wants to count and to be told of. Names are what alerts are written for. */
export const securityEvents = [
  'sign-in-refused',
  'forbidden',
  'csrf-rejected',
  'rate-limited',
  'tenant-closed',
  'policy-denied',
] as const;

export type SecurityEvent = (typeof securityEvents)[number];

const byProblem: Partial<Record<ProblemCode, SecurityEvent>> = {
  'invalid-access-token': 'sign-in-refused',
  'sign-in-failed': 'sign-in-refused',
  'sign-in-refused': 'sign-in-refused',
  forbidden: 'forbidden',
  'csrf-rejected': 'csrf-rejected',
  'rate-limited': 'rate-limited',
  'tenant-suspended': 'tenant-closed',
  'tenant-deleted': 'tenant-closed',
};

/**
 * The event that a refusal is; null for what happens to everybody. `policy-denied` is the database's own refusal (a grant
 * or a row's policy, SQLSTATE 42501): the last line held, so the line before it has a hole.
 */
export function securityEventOf({ code, cause }: { code: ProblemCode; cause?: unknown }): SecurityEvent | null {
  return byProblem[code] ?? (isPolicyDenial(cause) ? 'policy-denied' : null);
}

/** Through the layers in which drivers wrap what Postgres said; six are deeper than any does. */
function isPolicyDenial(error: unknown, levels = 6): boolean {
  if (levels === 0 || typeof error !== 'object' || error === null) return false;
  const { code, originalCode, cause, meta } = error as Record<string, unknown>;
  const inner =
    typeof meta === 'object' && meta !== null ? (meta as Record<string, unknown>)['driverAdapterError'] : null;
  return (
    code === '42501' ||
    originalCode === '42501' ||
    isPolicyDenial(cause, levels - 1) ||
    isPolicyDenial(inner, levels - 1)
  );
}
