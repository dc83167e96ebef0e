import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { FormSubject } from './form-subject.js';

/**
 * What every form carries, so that no other site can have a browser send one: an HMAC of whom and what it is bound to, and
 * after a dot the tenant, where that is not the holder's own. It is the same for a whole session and tenant; answers that
 * hold it are never sent to another site's request, as the session cookie is not.
 */
export function formToken(key: KeyObject, subject: FormSubject): string {
  const { tenantId } = subject;
  const mac = macOf(key, subject);
  return tenantId === null ? mac : `${mac}.${tenantId}`;
}

/** What a form of this holder is bound to, whichever tenant it is of; null for a token that is not theirs. */
export function readFormToken(key: KeyObject, holder: string, given: string): FormSubject | null {
  const dot = given.indexOf('.');
  const subject = { holder, tenantId: dot === -1 ? null : given.slice(dot + 1) };
  // In constant time.
  const expected = Buffer.from(formToken(key, subject));
  const actual = Buffer.from(given);
  return actual.length === expected.length && timingSafeEqual(actual, expected) ? subject : null;
}

function macOf(key: KeyObject, { holder, tenantId }: FormSubject): string {
  const bound = tenantId === null ? holder : `${holder} in ${tenantId}`;
  // A JWT's signing input has no line break, so no token is ever a signature of a cookie, nor the other way round.
  return createHmac('sha256', key).update(`form\n${bound}`).digest('base64url');
}
