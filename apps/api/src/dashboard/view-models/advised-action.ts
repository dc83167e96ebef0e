import { links } from './links.js';
import type { AdvisedAction } from './outcome-advice.js';
import type { Permissions } from './permissions.js';

/** A button that does something, or a link to where it is done. */
export interface ActionView {
  label: string;
  href: string;
  isPost: boolean;
}

/** The one button that helps, if the reader may press it. */
export function actionFor(action: AdvisedAction, keyId: string, can: Permissions): ActionView | null {
  if (action === 'test' && can.operate) return post('Test now', links.keyAction(keyId, 'probe'));
  if (action === 'activate' && can.operate) return post('Activate', links.keyAction(keyId, 'activate'));
  if (action === 'replace-secret' && can.manage) return open('Replace secret', links.keyAction(keyId, 'secret'));
  if (action === 'edit' && can.operate) return open('Change probe', links.keyAction(keyId, 'edit'));
  return null;
}

export const post = (label: string, href: string): ActionView => ({ label, href, isPost: true });
export const open = (label: string, href: string): ActionView => ({ label, href, isPost: false });
