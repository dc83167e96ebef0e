import type { Identity } from '#domain/people/identity.js';

type Claims = Readonly<Record<string, unknown>>;

/**
 * What is believed of a person's claims. Each is taken from the first source that has it, and whether an address is verified
 * from the source that told the address: a `true` from elsewhere would be of another one.
 */
export function toIdentity(
  sources: readonly Claims[],
  { issuer, subject, groupsClaim }: { issuer: string; subject: string; groupsClaim: string },
): Identity {
  const email = emailOf(sources);
  const groups = sources.find((claims) => claims[groupsClaim] !== undefined)?.[groupsClaim];
  return {
    issuer,
    subject,
    name: nameOf(sources, { email, subject }),
    email,
    groups: [groups].flat().filter((group) => typeof group === 'string'),
  };
}

function emailOf(sources: readonly Claims[]): Identity['email'] {
  const claims = sources.find(({ email }) => typeof email === 'string' && email !== '');
  return claims ? { address: String(claims['email']), isVerified: claims['email_verified'] === true } : null;
}

const longestName = 200;

/** A verified address, as it is one person's; else how they call themselves. */
function nameOf(sources: readonly Claims[], { email, subject }: { email: Identity['email']; subject: string }): string {
  const said = sources.flatMap(({ name, preferred_username: username }) => [name, username]);
  const [name = subject] = [email?.isVerified ? email.address : '', ...said]
    .filter((text) => typeof text === 'string')
    .map((text) => text.replaceAll(/\p{C}+/gu, ' ').trim())
    .filter((text) => text !== '');
  return Array.from(name).slice(0, longestName).join('');
}
