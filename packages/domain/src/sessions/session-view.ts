import type { Prisma } from '#db/rows.js';
import type { Tx } from '#db/database.js';
import type { AccessRole } from '../access-tokens/access-role.js';
import { holderOf, type SessionHolder } from './session.js';

/** A session as its holder, or an admin, sees it. */
export interface SessionView {
  id: string;
  holder: SessionHolder & { name: string; role: AccessRole };
  beganAt: Date;
  /** To the minute. */
  lastSeenAt: Date;
  address: string | null;
  userAgent: string | null;
}

export const sessionColumns = {
  id: true,
  tokenId: true,
  personId: true,
  beganAt: true,
  lastSeenAt: true,
  address: true,
  userAgent: true,
} as const satisfies Prisma.SessionSelect;

type SessionRow = Prisma.SessionGetPayload<{ select: typeof sessionColumns }>;

/** With the names and roles of their holders. Those of tokens that are no longer good open nothing, and are left out. */
export async function toSessionViews(
  tx: Tx,
  { tenantId, now }: { tenantId: string; now: Date },
  rows: readonly SessionRow[],
): Promise<SessionView[]> {
  const idsOf = (ids: (string | null)[]) => ids.filter((id): id is string => id !== null);
  const select = { id: true, name: true, role: true } as const;
  const tokenIds = idsOf(rows.map(({ tokenId }) => tokenId));
  const personIds = idsOf(rows.map(({ personId }) => personId));
  const isGood = { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  const tokens = await tx.accessToken.findMany({ where: { tenantId, id: { in: tokenIds }, ...isGood }, select });
  const people = await tx.person.findMany({ where: { tenantId, id: { in: personIds } }, select });
  const holders = new Map([...tokens, ...people].map((holder) => [holder.id, holder]));
  return rows.flatMap(({ tokenId, personId, ...row }) => {
    const { kind, id } = holderOf({ tokenId, personId });
    const holder = holders.get(id);
    // The columns have a check: they hold a role.
    return holder ? [{ ...row, holder: { ...holder, kind, role: holder.role as AccessRole } }] : [];
  });
}
