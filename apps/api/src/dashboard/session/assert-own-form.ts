import type { KeyObject } from 'node:crypto';
import type { Request } from 'express';
import { Problem } from '#core/problem.js';
import { formTokenFits } from './form-token.js';
import { isSameOrigin } from './is-same-origin.js';

/**
 * Lets pass only a form that a page of ours drew for this very session or visitor (`subject`).
 * @throws Problem `csrf-rejected`
 */
export function assertOwnForm(
  { sessionKey }: { sessionKey: KeyObject },
  request: Request,
  { subject, form }: { subject: string | null | undefined; form: Readonly<Record<string, string>> },
): void {
  if (!isSameOrigin(request)) {
    throw new Problem('csrf-rejected', { detail: 'It was sent from a page of another site. Nothing was done.' });
  }
  if (!subject || !formTokenFits(sessionKey, subject, form['_csrf'] ?? '')) {
    const detail = 'Your session is another one than when the page was loaded. Nothing was done; please send it again.';
    throw new Problem('csrf-rejected', { detail });
  }
}
