import { LRUCache } from 'lru-cache';
import pLimit, { type LimitFunction } from 'p-limit';
import type { ProbeSlots } from './run-claimed-probes.js';

/** More tenants than this at once in one process make their limits start afresh; the process's own limit holds. */
const tenantsRemembered = 10_000;

/** At most `total` probes in flight in this process, and at most `perTenant` of one tenant, so that none crowds out others. */
export function createProbeSlots({ total, perTenant }: { total: number; perTenant: number }): ProbeSlots {
  const inProcess = pLimit(total);
  const byTenant = new LRUCache<string, LimitFunction>({ max: tenantsRemembered });
  return {
    run(tenantId, work) {
      const ofTenant = byTenant.get(tenantId) ?? pLimit(perTenant);
      byTenant.set(tenantId, ofTenant);
      return ofTenant(() => inProcess(work));
    },
  };
}
