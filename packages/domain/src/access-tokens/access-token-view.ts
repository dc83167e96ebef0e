import type { Prisma } from '#db/rows.js';
import type { AuditDetails, AuditSubject } from '../audit/audit-event.js';
import type { AccessRole } from './access-role.js';

/** An access token as people see it: never its text, of which there is only a hash. */
export interface AccessTokenView {
  id: string;
  name: string;
  role: AccessRole;
  createdAt: Date;
  /** Who issued it, as they were called then; null for those of the program itself. */
  createdBy: string | null;
  /** Null: never. */
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** To the minute, with the address it came from; null for never. */
  lastUsedAt: Date | null;
  lastUsedAddress: string | null;
  /** The token that this one takes the place of. */
  replacesId: string | null;
}

/** Of the token that is changed where the program is started, and nowhere else. */
export const environmentTokenName = 'API_KEY from the environment';

export const accessTokenColumns = {
  id: true,
  name: true,
  role: true,
  createdAt: true,
  createdBy: true,
  expiresAt: true,
  revokedAt: true,
  lastUsedAt: true,
  lastUsedAddress: true,
  replacesId: true,
} as const satisfies Prisma.AccessTokenSelect;

/** The role column holds only what its check constraint allows. */
export function toAccessTokenView(
  row: Prisma.AccessTokenGetPayload<{ select: typeof accessTokenColumns }>,
): AccessTokenView {
  return { ...row, role: row.role as AccessRole };
}

export function tokenSubject({ id, name }: { id: string; name: string }): AuditSubject {
  return { kind: 'access-token', id, name };
}

export function tokenDetails({ role, expiresAt }: { role: AccessRole; expiresAt: Date | null }): AuditDetails {
  return { role, expiresAt: expiresAt?.toISOString() ?? null };
}
