import { newId } from '#core/ids.js';
import { SecretString } from '#core/secret-string.js';
import { createAccessToken } from '#crypto/access-token.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { actorNameIn } from '../audit/actor-name-in.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import type { AccessRole } from './access-role.js';
import { tokenDetails, tokenSubject } from './access-token-view.js';

export interface NewAccessToken {
  /** Default: a new one. Given by who may ask twice for the same. */
  id?: string | undefined;
  /** 1 to 200 characters: what it is for. */
  name: string;
  role: AccessRole;
  /** Default: never. */
  expiresAt?: Date | undefined;
}

/** What is returned of a new token here is the one time it can be had: only its hash is stored. */
export interface IssuedAccessToken {
  id: string;
  token: SecretString;
}

/**
 * Makes an access token of a tenant, of any role: for the program itself. What people ask for goes through
 * `grantAccessToken`.
 */
export async function issueAccessToken(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  input: NewAccessToken,
): Promise<IssuedAccessToken> {
  return withTenant(deps.db, tenantId, async (tx) => {
    const issued = await insertAccessToken(tx, deps, { tenantId, ...input });
    const { id } = issued;
    await recordAudit(tx, deps, tenantId, {
      action: 'access-token.issue',
      subject: tokenSubject({ id, name: input.name }),
      after: tokenDetails({ role: input.role, expiresAt: input.expiresAt ?? null }),
    });
    return issued;
  });
}

/** The row alone, within a transaction; whoever calls it audits it. */
export async function insertAccessToken(
  tx: Tx,
  deps: AuditDeps,
  {
    id = newId(),
    tenantId,
    name,
    role,
    expiresAt,
    replacesId,
  }: NewAccessToken & { tenantId: string; replacesId?: string },
): Promise<IssuedAccessToken> {
  const { token, hash } = createAccessToken();
  await tx.accessToken.create({
    data: {
      tenantId,
      id,
      name,
      role,
      tokenHash: hash,
      createdAt: deps.clock.now(),
      createdBy: actorNameIn(tenantId, deps.actor),
      expiresAt: expiresAt ?? null,
      replacesId: replacesId ?? null,
    },
    select: { id: true },
  });
  return { id, token: new SecretString(token) };
}
