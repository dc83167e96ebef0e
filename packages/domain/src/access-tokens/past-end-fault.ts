/** What is wrong with the end of a token that is past already; null for another, and for none at all. */
export function pastEndFault(expiresAt: Date | undefined, now: Date): string | null {
  return expiresAt === undefined || expiresAt > now ? null : 'It has to end in the future.';
}
