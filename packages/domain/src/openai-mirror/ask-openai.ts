import type { Clock } from '#core/clock.js';
import { Problem } from '#core/problem.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import type { Fetch } from '#openai/guarded-fetch.js';
import type { AdminConnection, AdminReadDeps } from '#openai/organization/admin-connection.js';
import { OrganizationReadError } from '#openai/organization/organization-read-error.js';
import { secretUseInsert } from '../audit/secret-use-insert.js';
import type { OrganizationView } from '../organizations/organization.js';
import { openProviderKey } from '../provider-keys/open-provider-key.js';
import { readTenantDataKeys } from '../provider-keys/tenant-data-keys.js';
import { fetchWithinMs } from './answer-cache.js';

export interface AskOpenAiDeps {
  db: Database;
  ring: MasterKeyRing;
  clock: Clock;
  fetch: Fetch;
  settings: { baseUrl: string };
}

/** Somebody waits for it: one attempt more, and an end before those who wait for the same lose their patience. */
const maxAttempts = 2;
const deadlineMs = 12_000;
const marginMs = 5_000;

/**
 * Reads something of an organization with its admin key.
 * @throws Problem `openai-refused` or `openai-unavailable`, naming the organization; CannotOpenError
 */
export async function askOpenAi<T>(
  deps: AskOpenAiDeps,
  tenantId: string,
  organization: Pick<OrganizationView, 'name' | 'providerKeyId'>,
  read: (deps: AdminReadDeps, connection: AdminConnection) => Promise<T>,
): Promise<T> {
  const id = organization.providerKeyId;
  const secret = await withTenant(deps.db, tenantId, async (tx) => {
    const row = await tx.providerKey.findFirst({ where: { tenantId, id }, select: { sealedSecret: true } });
    const dataKeys = await readTenantDataKeys(deps.ring, tx, tenantId);
    await tx.$executeRaw(secretUseInsert({ kind: 'question', at: deps.clock.now(), times: Prisma.sql`SELECT 1` }));
    return openProviderKey(dataKeys, { tenantId, id, sealedSecret: row?.sealedSecret ?? null });
  });
  const signal = AbortSignal.timeout(fetchWithinMs - marginMs);
  const { clock, fetch } = deps;
  const { baseUrl } = deps.settings;
  try {
    return await read({ clock, fetch }, { secret, baseUrl, deadlineMs, maxAttempts, signal });
  } catch (error) {
    throw toProblem(error, organization.name, signal);
  }
}

function toProblem(error: unknown, name: string, signal: AbortSignal): unknown {
  if (signal.aborted || (error instanceof OrganizationReadError && error.code === 'unavailable')) {
    const retryAfterMs = error instanceof OrganizationReadError ? error.retryAfterMs : null;
    const detail = `OpenAI does not answer for the organization “${name}” right now.`;
    return new Problem('openai-unavailable', {
      detail,
      retryAfterSecs: Math.ceil((retryAfterMs ?? 30_000) / 1000),
      cause: error,
    });
  }
  if (!(error instanceof OrganizationReadError)) return error;
  if (error.httpStatus === 400) return new Problem('invalid-request', { detail: error.message, cause: error });
  const detail = `OpenAI does not answer this for the organization “${name}”: ${error.message}`;
  return new Problem('openai-refused', { detail, cause: error });
}
