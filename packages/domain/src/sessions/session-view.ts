import type { Prisma } from '#db/rows.js';
import type { Tx } from '#db/database.js';
import type { SessionHolder } from './session.js';

/** A session as its holder, or an admin, sees it. */
export interface SessionView {
  id: string;
  holder: SessionHolder & { name: string };
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

/** With the names of their holders. */
export async function toSessionViews(tx: Tx, tenantId: string, rows: readonly SessionRow[]): Promise<SessionView[]> {
  const idsOf = (ids: (string | null)[]) => ids.filter((id): id is string => id !== null);
  const select = { id: true, name: true } as const;
  const tokenIds = idsOf(rows.map(({ tokenId }) => tokenId));
  const personIds = idsOf(rows.map(({ personId }) => personId));
  const tokens = await tx.accessToken.findMany({ where: { tenantId, id: { in: tokenIds } }, select });
  const people = await tx.person.findMany({ where: { tenantId, id: { in: personIds } }, select });
  const names = new Map([...tokens, ...people].map(({ id, name }) => [id, name]));
  return rows.map(({ tokenId, personId, ...row }) => {
    const id = tokenId ?? personId ?? '';
    return { ...row, holder: { kind: tokenId === null ? 'person' : 'token', id, name: names.get(id) ?? '' } };
  });
}
