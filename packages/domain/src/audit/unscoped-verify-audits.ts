import { CannotOpenError } from '#crypto/cannot-open-error.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { findPlatformTenantId } from '../tenants/record-tenant-change.js';
import type { TenantAnchor } from './audit-anchor.js';
import { listAuditEvents } from './list-audit-events.js';
import { type AuditVerdict, verifyAudit } from './verify-audit.js';

export interface TenantVerdict {
  tenantId: string;
  /** Null of a tenant that only anchors tell of. */
  slug: string | null;
  /**
   * `whole`; `broken`, as `fault` says; `sealed`: the key of the chain cannot be opened; `purged`, or on its way there, as
   * the platform's chain says; `gone`: anchors tell of it, and nobody says what became of it.
   */
  state: 'whole' | 'broken' | 'sealed' | 'purged' | 'gone';
  verdict: AuditVerdict | null;
}

/**
 * Verifies the chains of all tenants, or of one, beside the anchors that there are of them.
 * @param only the id of the one tenant to look at; default all that there are or that an anchor names
 */
export async function unscopedVerifyAudits(
  deps: { db: Database; ring: MasterKeyRing },
  { anchors, only }: { anchors: readonly TenantAnchor[]; only?: string | undefined },
): Promise<TenantVerdict[]> {
  const tenants = await deps.db.unscoped.tenant.findMany({
    where: only === undefined ? {} : { id: only },
    orderBy: { slug: 'asc' },
    select: { id: true, slug: true, purgeBeganAt: true },
  });
  const anchorsOf = byTenant(anchors);
  const verdicts: TenantVerdict[] = [];
  for (const { id: tenantId, slug, purgeBeganAt } of tenants) {
    if (purgeBeganAt !== null && (await wasPurged(deps, tenantId))) {
      verdicts.push({ tenantId, slug, state: 'purged', verdict: null });
    } else {
      verdicts.push({ tenantId, slug, ...(await judge(deps, tenantId, anchorsOf.get(tenantId) ?? [])) });
    }
  }
  if (only !== undefined) return verdicts;
  const missing = [...anchorsOf.keys()].filter((tenantId) => !tenants.some(({ id }) => id === tenantId));
  for (const tenantId of missing) {
    const state = (await wasPurged(deps, tenantId)) ? 'purged' : 'gone';
    verdicts.push({ tenantId, slug: null, state, verdict: null });
  }
  return verdicts;
}

function byTenant(anchors: readonly TenantAnchor[]): Map<string, TenantAnchor[]> {
  const groups = new Map<string, TenantAnchor[]>();
  for (const anchor of anchors) {
    const group = groups.get(anchor.tenantId);
    if (group) group.push(anchor);
    else groups.set(anchor.tenantId, [anchor]);
  }
  return groups;
}

async function judge(
  deps: { db: Database; ring: MasterKeyRing },
  tenantId: string,
  anchors: readonly TenantAnchor[],
): Promise<Pick<TenantVerdict, 'state' | 'verdict'>> {
  try {
    const verdict = await verifyAudit(deps, tenantId, { anchors });
    return { state: verdict.fault === null ? 'whole' : 'broken', verdict };
  } catch (error) {
    // A finding about this chain; those of others are looked at all the same.
    if (error instanceof CannotOpenError) return { state: 'sealed', verdict: null };
    throw error;
  }
}

async function wasPurged(deps: { db: Database }, tenantId: string): Promise<boolean> {
  const platformId = await findPlatformTenantId(deps);
  if (platformId === null) return false;
  const filter = { action: 'tenant.purge', subject: tenantId };
  const { items } = await listAuditEvents(deps, platformId, filter, { limit: 1 });
  return items.length > 0;
}
