import { Problem } from '#core/problem.js';

/** Of the connections of a process, those that one tenant may have at once: the others are always left for the others. */
export interface TenantShares {
  /**
   * Waits for its turn, in the order of those who ask for the same tenant. Who has a turn gives it back by the function, once.
   * @throws Problem `rate-limited` when its turn did not come in time
   */
  take(tenantId: string): Promise<() => void>;
}

const usualWaitMs = 5_000;

export function createTenantShares({
  most,
  waitMs = usualWaitMs,
}: {
  most: number;
  waitMs?: number | undefined;
}): TenantShares {
  const shares = new Map<string, { taken: number; waiting: Set<() => void> }>();

  /** Whoever waits longest takes what is given back, so that nobody comes in between. */
  function giveBack(tenantId: string): void {
    const share = shares.get(tenantId);
    if (!share) return;
    const [next] = share.waiting;
    if (next) next();
    else if ((share.taken -= 1) === 0) shares.delete(tenantId);
  }

  return {
    async take(tenantId) {
      const share = shares.get(tenantId) ?? { taken: 0, waiting: new Set() };
      shares.set(tenantId, share);
      if (share.taken < most) share.taken += 1;
      else await turn(share.waiting, waitMs);
      return () => giveBack(tenantId);
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
