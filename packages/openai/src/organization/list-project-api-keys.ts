import { z } from 'zod';
import type { AdminConnection, AdminReadDeps } from './admin-connection.js';
import { readList } from './read-list.js';
import { unixSeconds, unixSecondsOrNull } from './unix-seconds.js';

export interface OrganizationApiKey {
  id: string;
  name: string;
  /** Prefix, one asterisk per hidden character and the last four; in OpenAI's reference `sk-abc...def`. */
  redactedValue: string;
  createdAt: Date;
  /** Null: never. */
  lastUsedAt: Date | null;
  /** Null: never. */
  expiresAt: Date | null;
  hasOwnerAccess: boolean;
  owner: { type: 'user' | 'service_account'; id: string; name: string } | null;
}

const owner = z.object({ id: z.string(), name: z.string() });

const item = z
  .object({
    id: z.string(),
    name: z.string().nullish(),
    redacted_value: z.string(),
    created_at: unixSeconds,
    last_used_at: unixSecondsOrNull,
    expires_at: unixSecondsOrNull,
    owner_project_access: z.string().nullish(),
    owner: z.object({ type: z.string(), user: owner.nullish(), service_account: owner.nullish() }).nullish(),
  })
  .transform((key): OrganizationApiKey => ({
    id: key.id,
    name: key.name ?? '',
    redactedValue: key.redacted_value,
    createdAt: key.created_at,
    lastUsedAt: key.last_used_at,
    expiresAt: key.expires_at,
    hasOwnerAccess: key.owner_project_access !== 'inactive',
    owner: ownerOf(key.owner),
  }));

function ownerOf(
  given:
    | { user?: z.infer<typeof owner> | null | undefined; service_account?: z.infer<typeof owner> | null | undefined }
    | null
    | undefined,
): OrganizationApiKey['owner'] {
  if (given?.user) return { type: 'user', id: given.user.id, name: given.user.name };
  const account = given?.service_account;
  return account ? { type: 'service_account', id: account.id, name: account.name } : null;
}

/**
 * Every living key of a project. Without `owner_project_access=any` OpenAI leaves some enabled keys out. Deleted ones are
 * gone, while usage and costs go on naming their ids. Errors as `readList`.
 */
export function listProjectApiKeys(
  deps: AdminReadDeps,
  connection: AdminConnection,
  projectId: string,
): Promise<OrganizationApiKey[]> {
  const path = `/organization/projects/${encodeURIComponent(projectId)}/api_keys`;
  return readList(deps, connection, { path, query: { owner_project_access: 'any' }, item });
}
