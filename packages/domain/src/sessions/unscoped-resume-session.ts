import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import type { Principal } from '../access-tokens/principal.js';
import { unscopedFindPrincipal } from '../access-tokens/unscoped-find-principal.js';
import { unscopedFindPersonPrincipal } from '../people/unscoped-find-person-principal.js';
import { holderOf, idleSessionMs, seenPrecisionMs } from './session.js';

/** What is known of a session besides who holds it. */
interface SessionRow {
  tenantId: string;
  id: string;
  tokenId: string | null;
  personId: string | null;
  lastSeenAt: Date;
  endsAt: Date;
}

/**
 * Who holds this session now: null when it was ended, ran out, or its token is no longer good. Notes when and from where it
 * was last used, to the minute.
 * @param use whether a person is using it, rather than a page refreshing itself
 * @throws Problem `tenant-suspended`, `tenant-deleted`
 */
export async function unscopedResumeSession(
  deps: { db: Database; clock: Clock },
  { tenantId, id }: { tenantId: string; id: string },
  use: { isByPerson: boolean; address: string | null },
): Promise<Principal | null> {
  const [row] = await deps.db.unscopedReader.$queryRaw<SessionRow[]>`
    SELECT tenant_id::text AS "tenantId", id::text, token_id::text AS "tokenId", person_id::text AS "personId",
      last_seen_at AS "lastSeenAt", ends_at AS "endsAt"
    FROM session WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid`;
  const now = deps.clock.now();
  if (!row || hasEnded(row, now)) return null;
  const principal = await findHolder(deps, row);
  if (principal && use.isByPerson) await touch(deps, row, use.address);
  return principal;
}

function hasEnded({ lastSeenAt, endsAt }: SessionRow, now: Date): boolean {
  return endsAt <= now || now.getTime() - lastSeenAt.getTime() >= idleSessionMs;
}

function findHolder(deps: { db: Database; clock: Clock }, row: SessionRow): Promise<Principal | null> {
  const { tenantId } = row;
  const { kind, id } = holderOf(row);
  return kind === 'token'
    ? unscopedFindPrincipal(deps, { tenantId, tokenId: id })
    : unscopedFindPersonPrincipal(deps, { tenantId, personId: id });
}

async function touch(
  { db, clock }: { db: Database; clock: Clock },
  { tenantId, id, lastSeenAt }: SessionRow,
  address: string | null,
): Promise<void> {
  const now = clock.now();
  const before = new Date(now.getTime() - seenPrecisionMs);
  if (lastSeenAt > before) return;
  // Of requests at once, one writes.
  await db.unscoped.session.updateMany({
    where: { tenantId, id, lastSeenAt: { lte: before } },
    data: { lastSeenAt: now, address },
  });
}
