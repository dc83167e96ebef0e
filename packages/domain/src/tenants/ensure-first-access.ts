import type { Clock } from '#core/clock.js';
import { newId } from '#core/ids.js';
import { Problem } from '#core/problem.js';
import { hashAccessToken } from '#crypto/access-token.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { findAdministrators } from '../access-tokens/find-administrators.js';
import { insertAccessToken } from '../access-tokens/issue-access-token.js';
import { environmentTokenName, tokenSubject } from '../access-tokens/access-token-view.js';
import { systemActor } from '../audit/actor.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { createTenant } from './create-tenant.js';
import { platformSlug } from './tenant.js';
import { unscopedFindTenantBySlug } from './unscoped-find-tenant-by-slug.js';

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
  given: { db: Database; ring: MasterKeyRing; clock: Clock },
  input: { token?: string | undefined },
): Promise<{ token: string | null }> {
  const deps = { ...given, actor: systemActor };
  const tenantId = await ensureDefaultTenant(given);
  return withTenant(deps.db, tenantId, async (tx) => {
    // One process at a time decides; the next one then sees what it decided.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('keyledger.first-access'))`;
    if (input.token === undefined) return { token: await ensureGeneratedToken(tx, deps, tenantId) };
    await ensureEnvironmentToken(tx, deps, { tenantId, token: input.token });
    return { token: null };
  });
}

/** The tenant `default`, without which an api does not start. Idempotent; processes may call it at the same time. */
export async function ensureDefaultTenant(given: { db: Database; ring: MasterKeyRing; clock: Clock }): Promise<string> {
  const deps = { ...given, actor: systemActor };
  const existing = await unscopedFindTenantBySlug(deps, platformSlug);
  if (existing) return existing.id;
  try {
    return (await createTenant(deps, { slug: platformSlug, name: 'Default' })).id;
  } catch (error) {
    const others = error instanceof Problem ? await unscopedFindTenantBySlug(deps, platformSlug) : null;
    if (others) return others.id; // another process made it at the same moment
    throw error;
  }
}

async function ensureGeneratedToken(tx: Tx, deps: AuditDeps, tenantId: string): Promise<string | null> {
  const usable = await findAdministrators(tx, tenantId, deps.clock.now());
  if (usable.length > 0) return null;
  const wanted = { tenantId, name: generatedTokenName, role: 'platform-admin' } as const;
  const { id, token } = await insertAccessToken(tx, deps, wanted);
  await recordIssue(tx, deps, { tenantId, id, name: generatedTokenName });
  return token.reveal();
}

async function ensureEnvironmentToken(
  tx: Tx,
  deps: AuditDeps,
  { tenantId, token }: { tenantId: string; token: string },
): Promise<void> {
  const tokenHash = hashAccessToken(token);
  const now = deps.clock.now();
  const replaced = { tenantId, name: environmentTokenName, revokedAt: null, NOT: { tokenHash } };
  const former = await tx.accessToken.findMany({ where: replaced, select: { id: true, name: true } });
  await tx.accessToken.updateMany({ where: replaced, data: { revokedAt: now } });
  // `createMany` with `skipDuplicates` because the hash may be another tenant's, whose row cannot be seen from here.
  const row = { tenantId, id: newId(), name: environmentTokenName, role: 'platform-admin', tokenHash, createdAt: now };
  const { count } = await tx.accessToken.createMany({ data: [row], skipDuplicates: true });
  const admitted = count === 0 ? await readmit(tx, tenantId, tokenHash) : row;
  for (const gone of former) {
    await recordAudit(tx, deps, tenantId, { action: 'access-token.revoke', subject: tokenSubject(gone) });
  }
  if (admitted) await recordIssue(tx, deps, { tenantId, ...admitted });
}

/**
 * A token that was in API_KEY before and was replaced there is valid again when it comes back, and one that somebody revoked
 * never.
 * @returns null when it was valid already
 */
async function readmit(
  tx: Tx,
  tenantId: string,
  tokenHash: Uint8Array<ArrayBuffer>,
): Promise<{ id: string; name: string } | null> {
  const known = await tx.accessToken.findFirst({
    where: { tenantId, tokenHash },
    select: { id: true, name: true, role: true, revokedAt: true },
  });
  if (known?.name === environmentTokenName) {
    if (known.revokedAt === null) return null;
    if (await wasRevokedBySomebody(tx, tenantId, known.id)) {
      throw new FirstAccessError('API_KEY is an access token that was revoked: choose a new one.');
    }
    await tx.accessToken.updateMany({ where: { tenantId, id: known.id }, data: { revokedAt: null } });
    return known;
  }
  if (known?.role === 'platform-admin' && known.revokedAt === null) return null;
  throw new FirstAccessError('API_KEY is an access token that was revoked or has another role: choose a new one.');
}

/** And not by another API_KEY in its place, which is the program's own doing. */
async function wasRevokedBySomebody(tx: Tx, tenantId: string, tokenId: string): Promise<boolean> {
  const revoked = await tx.auditEvent.findFirst({
    where: { tenantId, action: 'access-token.revoke', subjectId: tokenId, actorKind: { not: 'system' } },
    select: { seq: true },
  });
  return revoked !== null;
}

function recordIssue(
  tx: Tx,
  deps: AuditDeps,
  { tenantId, id, name }: { tenantId: string; id: string; name: string },
): Promise<void> {
  const after = { role: 'platform-admin', expiresAt: null };
  return recordAudit(tx, deps, tenantId, { action: 'access-token.issue', subject: tokenSubject({ id, name }), after });
}
