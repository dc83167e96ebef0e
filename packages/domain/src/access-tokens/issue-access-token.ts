import type { Clock } from '#core/clock.js';
import { newId } from '#core/ids.js';
import { SecretString } from '#core/secret-string.js';
import { createAccessToken } from '#crypto/access-token.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { AccessRole } from './access-role.js';

export interface NewAccessToken {
  /** 1 to 200 characters: what it is for. */
  name: string;
  role: AccessRole;
  /** Default: never. */
  expiresAt?: Date | undefined;
}

/** Makes an access token of a tenant. Only its hash is stored, so what is returned here is the one time it can be had. */
export async function issueAccessToken(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  input: NewAccessToken,
): Promise<{ id: string; token: SecretString }> {
  const { token, hash } = createAccessToken();
  const id = newId();
  await withTenant(deps.db, tenantId, (tx) =>
    tx.accessToken.create({
      data: {
        tenantId,
        id,
        name: input.name,
        role: input.role,
        tokenHash: hash,
        createdAt: deps.clock.now(),
        expiresAt: input.expiresAt ?? null,
      },
      select: { id: true },
    }),
  );
  return { id, token: new SecretString(token) };
}
