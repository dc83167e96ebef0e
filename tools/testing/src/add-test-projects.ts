import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';

export interface TestProject {
  id: string;
  name?: string | null;
  isArchived?: boolean;
  residency?: string | null;
  spendLimit?: { usd: string; interval: string; isEnforcing: boolean } | null;
  spendAlerts?: { id: string; usd: string; interval: string; recipients: string[] }[];
  /** Limits of one model each; only the model is needed. */
  rateLimits?: { model: string; requestsPerMinute?: number; tokensPerMinute?: number }[];
  keys?: TestProjectKey[];
}

export interface TestProjectKey {
  id: string;
  name?: string;
  redactedValue?: string;
  lastUsedAt?: string | null;
  expiresAt?: string | null;
  hasOwnerAccess?: boolean;
  ownerName?: string;
  goneAt?: string | null;
  /** The stored key that it is. */
  providerKeyId?: string | null;
}

/** Projects of an organization and their keys, as whoever imports them writes them. */
export async function addTestProjects(
  db: Database,
  tenantId: string,
  organizationId: string,
  { seenAt, projects }: { seenAt: string; projects: readonly TestProject[] },
): Promise<void> {
  const at = new Date(seenAt);
  const yearBefore = new Date(at.getTime() - 365 * 86_400_000);
  const instant = (text: string | null | undefined) => (text == null ? null : new Date(text));
  await withTenant(db, tenantId, async (tx) => {
    for (const { id, keys = [], ...project } of projects) {
      await tx.openaiProject.create({
        data: {
          tenantId,
          id,
          organizationId,
          name: project.name === undefined ? id : project.name,
          isArchived: project.isArchived ?? false,
          createdAt: yearBefore,
          archivedAt: project.isArchived ? at : null,
          residency: project.residency ?? null,
          seenAt: at,
          spendLimit: project.spendLimit ?? Prisma.DbNull,
          spendAlerts: project.spendAlerts ?? [],
          rateLimits: (project.rateLimits ?? []).map((limit) => ({
            requestsPerMinute: 500,
            tokensPerMinute: 200_000,
            imagesPerMinute: null,
            audioMegabytesPerMinute: null,
            requestsPerDay: null,
            batchInputTokensPerDay: null,
            ...limit,
          })),
        },
      });
      for (const key of keys) {
        await tx.openaiApiKey.create({
          data: {
            tenantId,
            id: key.id,
            organizationId,
            projectId: id,
            name: key.name ?? key.id,
            redactedValue: key.redactedValue ?? 'sk-proj-****************abcd',
            createdAt: yearBefore,
            lastUsedAt: instant(key.lastUsedAt),
            expiresAt: instant(key.expiresAt),
            hasOwnerAccess: key.hasOwnerAccess ?? true,
            ownerType: 'user',
            ownerId: 'user-1',
            ownerName: key.ownerName ?? 'Ada Lovelace',
            providerKeyId: key.providerKeyId ?? null,
            seenAt: at,
            goneAt: instant(key.goneAt),
          },
        });
      }
    }
    await tx.organization.update({
      where: { tenantId_id: { tenantId, id: organizationId } },
      data: { inventoryAt: at },
    });
  });
}
