const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** However busy it is, a session ends after this. */
export const longestSessionMs = 12 * hourMs;

/** And after this without use. */
export const idleSessionMs = 2 * hourMs;

/**
 * What changes who gets in, or cannot be taken back, takes a sign-in no older than this. Below the two hours without use after
 * which a browser that was left is nobody's, and long enough for what is done in one go.
 */
export const recentSignInMs = 15 * minuteMs;

/** How old "last seen" may be: a busy session is written once a minute and not on every page. */
export const seenPrecisionMs = minuteMs;

/** Sessions at once of one token or person: more than anybody has devices. The one used longest ago makes room. */
export const mostSessions = 20;

/** Sessions of a tenant that are listed, the ones used last. */
export const mostListedSessions = 200;

/** Whose session it is. */
export interface SessionHolder {
  kind: 'token' | 'person';
  id: string;
}

/** Where a session is used. */
export interface SessionPlace {
  address: string | null;
  /** As the browser names itself. */
  userAgent: string | null;
}

/** The column of a session that names its holder. */
export function columnOf({ kind, id }: SessionHolder): { tokenId: string } | { personId: string } {
  return kind === 'token' ? { tokenId: id } : { personId: id };
}

/** Whose session a row is: the table has a check that it names one holder. */
export function holderOf({ tokenId, personId }: Record<'tokenId' | 'personId', string | null>): SessionHolder {
  if (tokenId !== null) return { kind: 'token', id: tokenId };
  if (personId !== null) return { kind: 'person', id: personId };
  throw new Error('a session is of a token or of a person');
}
