import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { applyOverrides } from '#pricing/apply-overrides.js';
import type { PriceBook } from '#pricing/price-book.js';
import { listActiveOverrides } from './select-overrides.js';
import { recordPriceVersion } from './record-price-version.js';

/** The prices that hold for each tenant: the book of this version of the program, and the tenant's overrides on it. */
export interface TenantPriceBooks {
  readonly base: PriceBook;
  /** At most five seconds behind a change that another process made. Its version is on record. */
  of(tenantId: string): Promise<PriceBook>;
  /** To be called after a change: the next `of` looks anew. */
  forget(tenantId: string): void;
}

const trustedForMs = 5_000;
/** Tenants remembered; those who were not asked for longest are dropped first. */
const mostTenants = 1_000;

interface Remembered {
  readAtMs: number;
  reading: Promise<Read>;
}

interface Read {
  /** Overrides never change, but come and go. */
  overrideIds: string;
  book: PriceBook;
}

/** Each tenant's book is built once per change, and costs one small query in five seconds while it is used. */
export function createTenantPriceBooks(deps: { db: Database; clock: Clock; base: PriceBook }): TenantPriceBooks {
  const known = new Map<string, Remembered>();
  const remember = (tenantId: string, entry: Remembered) => {
    known.delete(tenantId);
    known.set(tenantId, entry);
    const [oldest] = known.keys();
    if (known.size > mostTenants && oldest !== undefined) known.delete(oldest);
  };
  return {
    base: deps.base,
    async of(tenantId) {
      const nowMs = deps.clock.now().getTime();
      const last = known.get(tenantId);
      if (last && Math.abs(nowMs - last.readAtMs) < trustedForMs) {
        remember(tenantId, last);
        return (await last.reading).book;
      }
      // Remembered before anything is waited for, so that whoever asks meanwhile waits for the same.
      const reading = read(deps, tenantId, last?.reading);
      const entry = { readAtMs: nowMs, reading };
      remember(tenantId, entry);
      reading.catch(() => known.get(tenantId) === entry && known.delete(tenantId));
      return (await reading).book;
    },
    forget: (tenantId) => void known.delete(tenantId),
  };
}

async function read(
  deps: { db: Database; clock: Clock; base: PriceBook },
  tenantId: string,
  before: Promise<Read> | undefined,
): Promise<Read> {
  const last = await before?.catch(() => undefined);
  return withTenant(deps.db, tenantId, async (tx) => {
    const overrides = await listActiveOverrides(tx);
    const overrideIds = overrides.map(({ id }) => id).join(' ');
    if (last?.overrideIds === overrideIds) return last;
    const book = applyOverrides(deps.base, overrides);
    await recordPriceVersion(tx, { book, base: deps.base, overrides, at: deps.clock.now() });
    return { overrideIds, book };
  });
}
