/** The clocks of the provider and of this machine may differ by this. */
export const toleranceSecs = 30;

/**
 * When somebody proved who they are at the provider (`auth_time`, OpenID Connect Core 1.0 §2); null when its ID token does not
 * say so, or says a time to come: one in milliseconds would be recent for ever.
 * @param claims of the ID token, as only they are signed
 */
export function readAuthTime({ auth_time: secs }: Readonly<Record<string, unknown>>, now: Date): Date | null {
  if (typeof secs !== 'number' || secs > now.getTime() / 1000 + toleranceSecs) return null;
  return new Date(secs * 1000);
}
