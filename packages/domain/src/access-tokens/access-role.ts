/** From least to most: each role may do what the ones before it may. */
export const accessRoles = ['viewer', 'operator', 'admin', 'platform-admin'] as const;

export type AccessRole = (typeof accessRoles)[number];

/** True when `role` is `needed` or above it. */
export function roleAllows(role: AccessRole, needed: AccessRole): boolean {
  return accessRoles.indexOf(role) >= accessRoles.indexOf(needed);
}
