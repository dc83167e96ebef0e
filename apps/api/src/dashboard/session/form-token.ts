import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

/**
 * What every form carries, so that no other site can have a browser send one: an HMAC of the session's id. It is the same
 * for a whole session; answers that hold it are never sent to another site's request, as the session cookie is not.
 */
export function formToken(key: KeyObject, subject: string): string {
  // A JWT's signing input has no line break, so no token is ever a signature of a cookie, nor the other way round.
  return createHmac('sha256', key).update(`form\n${subject}`).digest('base64url');
}

/** Compares in constant time. */
export function formTokenFits(key: KeyObject, subject: string, given: string): boolean {
  const expected = Buffer.from(formToken(key, subject));
  const actual = Buffer.from(given);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
