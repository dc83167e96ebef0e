import { Problem } from '#core/problem.js';
import type { OpenIdSettings } from './openid-settings.js';

/** What a sign-in at the provider has to be like. */
export type RequiredStrength = Pick<OpenIdSettings, 'requiredAcr' | 'requiredAmr' | 'maxAgeSecs'>;

/** The clocks of the provider and of this machine may differ by this. */
const toleranceSecs = 30;

/**
 * Why this sign-in is weaker than the settings demand; null when its ID token shows all of it. What the token does not
 * say, or not in the form of OpenID Connect Core 1.0 §2, it does not show. Checked here and not by the library, as that
 * knows `auth_time` alone, and a person has to be told what to do.
 * @param claims of the ID token, as only they are signed
 */
export function findWeakness(
  claims: Readonly<Record<string, unknown>>,
  required: RequiredStrength,
  { now, provider }: { now: Date; provider: string },
): Problem | null {
  const { acr, amr, auth_time: signedInAt } = claims;
  const { requiredAcr, requiredAmr, maxAgeSecs } = required;
  const missing = [
    ...(hasOneOf([acr], requiredAcr) ? [] : [`at the level ${requiredAcr.join(' or ')}`]),
    ...(hasOneOf(Array.isArray(amr) ? amr : [], requiredAmr) ? [] : [`with ${requiredAmr.join(' or ')}`]),
    ...(isRecent(signedInAt, { maxAgeSecs, now }) ? [] : [`no longer than ${maxAgeSecs} seconds ago`]),
  ];
  if (missing.length === 0) return null;
  const detail = `${provider} does not show that you signed in there ${missing.join(' and ')}, as this installation demands. Sign out there, and sign in again with all that it can ask of you. If it stays so, tell who runs this installation.`;
  const cause = new Error(`the ID token says of the sign-in ${JSON.stringify({ acr, amr, auth_time: signedInAt })}`);
  return new Problem('sign-in-refused', { detail, cause });
}

/** Of nothing that is demanded, all is there. */
function hasOneOf(shown: readonly unknown[], demanded: readonly string[]): boolean {
  return demanded.length === 0 || demanded.some((value) => shown.includes(value));
}

/** Not in the future either: a time in milliseconds would be recent for ever. */
function isRecent(signedInAt: unknown, { maxAgeSecs, now }: { maxAgeSecs: number | null; now: Date }): boolean {
  if (maxAgeSecs === null) return true;
  if (typeof signedInAt !== 'number') return false;
  const ageSecs = now.getTime() / 1000 - signedInAt;
  return ageSecs >= -toleranceSecs && ageSecs <= maxAgeSecs + toleranceSecs;
}
