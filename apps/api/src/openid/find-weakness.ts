import { Problem } from '#core/problem.js';
import type { OpenIdSettings } from './openid-settings.js';
import { readAuthTime, toleranceSecs } from './read-auth-time.js';

/** What a sign-in at the provider has to be like. */
export type RequiredStrength = Pick<OpenIdSettings, 'requiredAcr' | 'requiredAmr' | 'maxAgeSecs'>;

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
  const { acr, amr, auth_time } = claims;
  const { requiredAcr, requiredAmr, maxAgeSecs } = required;
  const missing = [
    ...(hasOneOf([acr], requiredAcr) ? [] : [`at the level ${requiredAcr.join(' or ')}`]),
    ...(hasOneOf(Array.isArray(amr) ? amr : [], requiredAmr) ? [] : [`with ${requiredAmr.join(' or ')}`]),
    ...(isRecent(readAuthTime(claims, now), { maxAgeSecs, now }) ? [] : [`no longer than ${maxAgeSecs} seconds ago`]),
  ];
  if (missing.length === 0) return null;
  const detail = `${provider} does not show that you signed in there ${missing.join(' and ')}, as this installation demands. Sign out there, and sign in again with all that it can ask of you. If it stays so, tell who runs this installation.`;
  const shown = JSON.stringify({ acr, amr, auth_time }).slice(0, longestShown);
  const cause = new Error(`the ID token says of the sign-in ${shown}`);
  return new Problem('sign-in-refused', { detail, cause });
}

/** Letters of a log: a token may name methods without end. */
const longestShown = 500;

/** Of nothing that is demanded, all is there. */
function hasOneOf(shown: readonly unknown[], demanded: readonly string[]): boolean {
  return demanded.length === 0 || demanded.some((value) => shown.includes(value));
}

function isRecent(signedInAt: Date | null, { maxAgeSecs, now }: { maxAgeSecs: number | null; now: Date }): boolean {
  if (maxAgeSecs === null) return true;
  if (signedInAt === null) return false;
  return now.getTime() - signedInAt.getTime() <= (maxAgeSecs + toleranceSecs) * 1000;
}
