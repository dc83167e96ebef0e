import { Problem } from '#core/problem.js';

/** How many connections of a process one tenant may have at once, so that some are always left for the others. */
export interface TenantShares {
  /**
   * Waits for a connection’s worth of the tenant’s share, in the order of those who ask. Whoever has it gives it back by the
   * function, once.
   * @throws Problem `rate-limited` when it was not free in time
   */
  take(tenantId: string): Promise<() => void>;
}

/** As long as a connection is waited for. */
const usualWaitMs = 5_000;

interface Share {
  taken: number;
  /** In the order in which they came. */
  waiting: Set<() => void>;
}

export function createTenantShares({
  most,
  waitMs = usualWaitMs,
}: {
  most: number;
  waitMs?: number | undefined;
}): TenantShares {
  const shares = new Map<string, Share>();

  /** Whoever waits longest takes what is given back, so that nobody comes in between. */
  function giveBack(tenantId: string, share: Share): void {
    const [next] = share.waiting;
    if (next) next();
    else if ((share.taken -= 1) === 0) shares.delete(tenantId);
  }

  return {
    async take(tenantId) {
      const share: Share = shares.get(tenantId) ?? { taken: 0, waiting: new Set() };
      shares.set(tenantId, share);
      if (share.taken < most) share.taken += 1;
      else await turn(share.waiting, waitMs);
      return () => giveBack(tenantId, share);
    },
  };
}

function turn(waiting: Set<() => void>, waitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const take = () => {
      clearTimeout(late);
      waiting.delete(take);
      resolve();
    };
    const late = setTimeout(() => {
      waiting.delete(take);
      reject(new Problem('rate-limited', { detail: tooMany, retryAfterSecs: 1 }));
    }, waitMs);
    waiting.add(take);
  });
}

const tooMany =
  'Too much is asked of this tenant’s books at once, and takes long. Ask again when some of it was answered.';
