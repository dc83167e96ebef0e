import { roleAllows } from '#domain/access-tokens/access-role.js';
import type { ViewerInput } from './inputs.js';

/** Which controls a page shows. What is not allowed is not there, rather than greyed out. */
export interface Permissions {
  /** Add, test, edit, activate, deactivate. */
  operate: boolean;
  /** Replace the secret, delete. */
  manage: boolean;
}

/** The same steps as the JSON API's. A public dashboard shows nobody a control, whatever their role. */
export function permissionsOf({ role, name }: ViewerInput): Permissions {
  const isSignedIn = name !== null;
  return { operate: isSignedIn && roleAllows(role, 'operator'), manage: isSignedIn && roleAllows(role, 'admin') };
}
