import type { KeyObject } from 'node:crypto';
import type { Request } from 'express';
import { Problem } from '#core/problem.js';
import type { FormSubject } from './form-subject.js';
import { readFormToken } from './form-token.js';
import { isSameOrigin } from './is-same-origin.js';

/**
 * Lets pass only a form that a page of ours drew for this very session or visitor (`holder`), and answers which tenant it
 * was drawn for.
 * @throws Problem `csrf-rejected`
 */
export function assertOwnForm(
  { sessionKey }: { sessionKey: KeyObject },
  request: Request,
  { holder, form }: { holder: string | null | undefined; form: Readonly<Record<string, string>> },
): FormSubject {
  if (!isSameOrigin(request)) {
    throw new Problem('csrf-rejected', { detail: 'It was sent from a page of another site. Nothing was done.' });
  }
  const drawnFor = holder ? readFormToken(sessionKey, holder, form['_csrf'] ?? '') : null;
  if (drawnFor === null) {
    const detail = 'Your session is another one than when the page was loaded. Nothing was done; please send it again.';
    throw new Problem('csrf-rejected', { detail });
  }
  return drawnFor;
}
