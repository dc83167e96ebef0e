import type { Clock } from '#core/clock.js';
import { Problem, type ProblemCode } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { withTenantSnapshot } from '#db/with-tenant-snapshot.js';
import { findModel } from '#pricing/find-model.js';
import { isNamedInBooks } from '../books/is-named-in-books.js';
import type { TenantPriceBooks } from '../prices/tenant-price-books.js';
import type { UsageFilter } from './usage-filter.js';

/**
 * So that a misspelt filter is not answered with “nothing was used”. A key is known when it was ever stored; a model, when
 * prices know it, or when usage of the last 400 days or since `from` names it. End users are whoever clients say, so none is unknown.
 * @throws Problem `not-found` for a key of nobody or of another tenant, `invalid-request` for a model
 */
export async function assertUsageFilterKnown(
  deps: { db: Database; clock: Clock; priceBooks: TenantPriceBooks },
  tenantId: string,
  { keyId, model, from, to }: UsageFilter,
): Promise<void> {
  if (keyId !== undefined && !(await areKeysStored(deps, tenantId, [keyId].flat()))) {
    throw fault('not-found', 'key', 'There is no such key. GET /keys lists them.');
  }
  if (model === undefined || findModel(await deps.priceBooks.of(tenantId), model) !== undefined) return;
  const dayOf = (at: Date) => at.toISOString().slice(0, 10);
  const asked = from && { fromDay: dayOf(from), toDay: dayOf(to ?? deps.clock.now()) };
  if (await isNamedInBooks(deps, tenantId, { only: { model }, asked, among: ['measured'] })) return;
  throw fault('invalid-request', 'model', 'No usage and no price names this model; check the spelling.');
}

async function areKeysStored(deps: { db: Database }, tenantId: string, ids: readonly string[]): Promise<boolean> {
  const stored = await withTenantSnapshot(
    deps.db,
    tenantId,
    (reader) => reader.$queryRaw<unknown[]>`
      SELECT FROM provider_key WHERE tenant_id = ${tenantId}::uuid AND id = ANY(${[...ids]}::uuid[])`,
  );
  return stored.length === new Set(ids).size;
}

function fault(code: ProblemCode, field: string, detail: string): Problem {
  return new Problem(code, { detail, fields: { [field]: detail } });
}
