import type { Role } from './inputs.js';

/** Which controls a page shows. What is not allowed is not there, rather than greyed out. */
export interface Permissions {
  /** Test, activate, deactivate. */
  operate: boolean;
  /** Add, edit, replace the secret, delete. */
  manage: boolean;
}

/** A public dashboard shows nobody a control, whatever their role. */
export function permissionsOf(viewer: { role: Role; tokenName: string | null }): Permissions {
  if (viewer.tokenName === null) return { operate: false, manage: false };
  const manage = viewer.role === 'admin' || viewer.role === 'platform-admin';
  return { operate: manage || viewer.role === 'operator', manage };
}
