import type { Clock } from '#core/clock.js';
import { Problem } from '#core/problem.js';
import { utcDay } from '#core/utc-day.js';
import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { findModel } from '#pricing/find-model.js';
import type { BookFilter, DaySpan } from '../books/book.js';
import { isNamedInBooks } from '../books/is-named-in-books.js';
import type { TenantPriceBooks } from '../prices/tenant-price-books.js';
import { addDays } from '../spend/local-days.js';
import { firstUsageDay } from './first-usage-day.js';
import type { UsageFilter } from './usage-filter.js';

/**
 * So that a misspelt filter is not answered with “nothing was used”. A key is known when it was ever stored; a model, when
 * prices know it, or when usage of the last 400 days or since `from` names it; a tier, when usage does. End users are
 * whoever clients say, so none is unknown.
 * @throws Problem `not-found` for a tier, and for a key of nobody or of another tenant; `invalid-request` for a model
 */
export async function assertUsageFilterKnown(
  deps: { db: Database; clock: Clock; priceBooks: TenantPriceBooks },
  tenantId: string,
  { keyId, model, tier, from, to }: UsageFilter,
): Promise<void> {
  if (keyId !== undefined && !(await isKeyStored(deps, tenantId, keyId))) {
    throw new Problem('not-found', { field: 'key', detail: 'There is no such key. GET /keys lists them.' });
  }
  const isUsed = async (only: BookFilter) => {
    const asked = from && (await daysWithUsage(deps, tenantId, { from, to }));
    return isNamedInBooks(deps, tenantId, { only, asked, among: ['measured'] });
  };
  if (tier !== undefined && !(await isUsed({ tier }))) {
    const detail =
      'There is no usage of this tier. GET /usage/summary?book=measured&by=tier lists those that there are.';
    throw new Problem('not-found', { field: 'tier', detail });
  }
  if (model === undefined || findModel(await deps.priceBooks.of(tenantId), model) !== undefined) return;
  if (await isUsed({ model })) return;
  const detail = 'No usage and no price names this model; check the spelling.';
  throw new Problem('invalid-request', { field: 'model', detail });
}

/** The UTC days asked about that can have usage at all, as each is looked at: of the thousands of years that may be asked, few. */
async function daysWithUsage(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { from, to }: { from: Date; to: Date | undefined },
): Promise<DaySpan | undefined> {
  const firstLocalDay = await firstUsageDay(deps, tenantId);
  if (firstLocalDay === null) return undefined;
  const now = deps.clock.now();
  // A local day may begin on the UTC day before, and clocks of clients may be ahead.
  const first = addDays(firstLocalDay, -1);
  const last = addDays(utcDay(now), 1);
  const fromDay = utcDay(from) < first ? first : utcDay(from);
  const toDay = utcDay(to ?? now) > last ? last : utcDay(to ?? now);
  return fromDay > toDay ? undefined : { fromDay, toDay };
}

async function isKeyStored(deps: { db: Database }, tenantId: string, id: string): Promise<boolean> {
  const stored = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<unknown[]>`
      SELECT FROM provider_key WHERE tenant_id = ${tenantId}::uuid AND id = ${id}::uuid`,
  );
  return stored.length > 0;
}
