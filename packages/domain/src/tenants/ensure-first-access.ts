import type { Clock } from '#core/clock.js';
import { newId } from '#core/ids.js';
import { Problem } from '#core/problem.js';
import { createAccessToken, hashAccessToken } from '#crypto/access-token.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { createTenant } from './create-tenant.js';
import { unscopedFindTenantBySlug } from './unscoped-find-tenant-by-slug.js';

const defaultSlug = 'default';
const environmentTokenName = 'API_KEY from the environment';
const generatedTokenName = 'First access token';

/** The token in API_KEY is known to this database as something else, so it cannot become the administrator's. */
export class FirstAccessError extends Error {
  override readonly name = 'FirstAccessError';
}

/**
 * Ensures that somebody can get in: the tenant `default`, and in it a platform administrator's token. With `token`
 * (API_KEY), that one, in place of an earlier API_KEY, which is revoked. Without, a generated one when no usable one
 * exists: it is returned this once and cannot be had again. Idempotent; processes may call it at the same time.
 * @throws FirstAccessError
 */
export async function ensureFirstAccess(
  deps: { db: Database; ring: MasterKeyRing; clock: Clock },
  input: { token?: string | undefined },
): Promise<{ token: string | null }> {
  const tenantId = await ensureDefaultTenant(deps);
  const now = deps.clock.now();
  return withTenant(deps.db, tenantId, async (tx) => {
    // One process at a time decides; the next one then sees what it decided.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('keyledger.first-access'))`;
    if (input.token === undefined) return { token: await ensureGeneratedToken(tx, tenantId, now) };
    await ensureEnvironmentToken(tx, { tenantId, token: input.token, now });
    return { token: null };
  });
}

async function ensureDefaultTenant(deps: { db: Database; ring: MasterKeyRing; clock: Clock }): Promise<string> {
  const existing = await unscopedFindTenantBySlug(deps, defaultSlug);
  if (existing) return existing.id;
  try {
    return (await createTenant(deps, { slug: defaultSlug, name: 'Default' })).id;
  } catch (error) {
    const others = error instanceof Problem ? await unscopedFindTenantBySlug(deps, defaultSlug) : null;
    if (others) return others.id; // another process made it at the same moment
    throw error;
  }
}

async function ensureGeneratedToken(tx: Tx, tenantId: string, now: Date): Promise<string | null> {
  const usable = await tx.accessToken.findFirst({
    where: {
      tenantId,
      role: 'platform-admin',
      revokedAt: null,
      OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
    },
    select: { id: true },
  });
  if (usable) return null;
  const { token, hash } = createAccessToken();
  await tx.accessToken.create({ data: adminToken(tenantId, generatedTokenName, hash, now) });
  return token;
}

async function ensureEnvironmentToken(
  tx: Tx,
  { tenantId, token, now }: { tenantId: string; token: string; now: Date },
): Promise<void> {
  const tokenHash = hashAccessToken(token);
  await tx.accessToken.updateMany({
    where: { tenantId, name: environmentTokenName, revokedAt: null, NOT: { tokenHash } },
    data: { revokedAt: now },
  });
  // `createMany` with `skipDuplicates` because the hash may be another tenant's, whose row cannot be seen from here.
  const row = adminToken(tenantId, environmentTokenName, tokenHash, now);
  const { count } = await tx.accessToken.createMany({ data: [row], skipDuplicates: true });
  if (count === 0) await readmit(tx, tenantId, tokenHash);
}

/** A token that was in API_KEY before and was replaced there is valid again when it comes back. */
async function readmit(tx: Tx, tenantId: string, tokenHash: Uint8Array<ArrayBuffer>): Promise<void> {
  const known = await tx.accessToken.findFirst({
    where: { tenantId, tokenHash },
    select: { id: true, name: true, role: true, revokedAt: true },
  });
  if (known?.name === environmentTokenName) {
    await tx.accessToken.updateMany({ where: { tenantId, id: known.id }, data: { revokedAt: null } });
  } else if (known?.role !== 'platform-admin' || known.revokedAt !== null) {
    throw new FirstAccessError('API_KEY is an access token that was revoked or has another role: choose a new one.');
  }
}

function adminToken(tenantId: string, name: string, tokenHash: Uint8Array<ArrayBuffer>, createdAt: Date) {
  return { tenantId, id: newId(), name, role: 'platform-admin', tokenHash, createdAt };
}
