import type { Clock } from '#core/clock.js';
import type { Logger } from '#core/logger.js';
import { hashAccessToken } from '#crypto/access-token.js';
import type { Database } from '#db/database.js';
import { type Principal, type PrincipalRow, selectPrincipal, toPrincipal } from './principal.js';

/** How old "last used" may be; a busy token is then written once a minute and not on every request. */
const lastUsedPrecisionMs = 60_000;

/**
 * Who holds this token; null when it is unknown, revoked or expired, without saying which. Looks across tenants, as the
 * token is what tells the tenant. Notes when and from where it was last used, to the minute and without waiting for it.
 * @throws Problem `tenant-suspended`, `tenant-deleted`
 */
export async function unscopedAuthenticate(
  deps: { db: Database; clock: Clock; logger: Logger },
  token: string,
  from: { address?: string | undefined },
): Promise<Principal | null> {
  const now = deps.clock.now();
  const [row] = await deps.db.unscopedReader.$queryRaw<PrincipalRow[]>`
    ${selectPrincipal} WHERE a.token_hash = ${hashAccessToken(token)}`;
  const principal = row ? toPrincipal(row, now) : null;
  if (principal && isStale(row?.last_used_at ?? null, now)) void touch(deps, principal, from.address ?? null);
  return principal;
}

function isStale(lastUsedAt: Date | null, now: Date): boolean {
  return lastUsedAt === null || now.getTime() - lastUsedAt.getTime() >= lastUsedPrecisionMs;
}

/** Never rejects: a request does not fail because "last used" could not be noted. */
async function touch(
  deps: { db: Database; clock: Clock; logger: Logger },
  { id, tenant }: Principal,
  address: string | null,
): Promise<void> {
  const now = deps.clock.now();
  const before = new Date(now.getTime() - lastUsedPrecisionMs);
  try {
    await deps.db.unscoped.$executeRaw`
      UPDATE access_token SET last_used_at = ${now}, last_used_address = ${address}
      WHERE tenant_id = ${tenant.id}::uuid AND id = ${id}::uuid
        AND (last_used_at IS NULL OR last_used_at <= ${before})`;
  } catch (error) {
    deps.logger.warn({ err: error }, 'the last use of an access token was not noted');
  }
}
