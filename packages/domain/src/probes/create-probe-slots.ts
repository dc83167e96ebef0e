export interface ProbeSlots {
  /** Most places that can be taken at once. */
  readonly most: number;
  /**
   * Takes `count` places as soon as that many are free, in the process and for the tenant. First come, first served,
   * except that nobody waits behind a tenant that is at its own limit.
   */
  take(tenantId: string, count: number): Promise<void>;
  free(tenantId: string, count: number): void;
}

interface Waiting {
  tenantId: string;
  count: number;
  grant: () => void;
}

/** At most `total` probes in flight in this process, and at most `perTenant` of one tenant, so that none crowds out others. */
export function createProbeSlots({ total, perTenant }: { total: number; perTenant: number }): ProbeSlots {
  const taken = new Map<string, number>();
  let takenInAll = 0;
  let waiting: Waiting[] = [];

  const change = (tenantId: string, by: number): void => {
    takenInAll += by;
    const left = (taken.get(tenantId) ?? 0) + by;
    if (left === 0) taken.delete(tenantId);
    else taken.set(tenantId, left);
  };

  function admit(): void {
    const full = new Set<string>();
    // Once the process itself is full, nobody passes, or whoever needs many places would wait for ever.
    let isFull = false;
    waiting = waiting.filter(({ tenantId, count, grant }) => {
      if (isFull || full.has(tenantId)) return true;
      isFull = takenInAll + count > total;
      if ((taken.get(tenantId) ?? 0) + count > perTenant) full.add(tenantId);
      if (isFull || full.has(tenantId)) return true;
      change(tenantId, count);
      grant();
      return false;
    });
  }

  return {
    most: Math.min(total, perTenant),
    take: (tenantId, count) =>
      new Promise((grant) => {
        waiting.push({ tenantId, count, grant });
        admit();
      }),
    free(tenantId, count) {
      change(tenantId, -count);
      admit();
    },
  };
}
