import { formatUsdOrNull } from '#core/money.js';
import { Problem } from '#core/problem.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { applyOverrides } from '#pricing/apply-overrides.js';
import { type ChangedPrice, diffPriceBooks } from '#pricing/diff-price-books.js';
import type { PriceBook } from '#pricing/price-book.js';
import { weighOverrides } from '#pricing/weigh-overrides.js';
import { actorNameIn } from '../audit/actor-name-in.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { affectedBy } from './affected-by.js';
import { auditedOverrides } from './audited-override.js';
import { type ChangeEffect, estimatePriceChange } from './estimate-price-change.js';
import { listUnknownModels } from './list-unknown-models.js';
import { lockPrices } from './lock-prices.js';
import { openReRating } from './open-re-rating.js';
import type { PriceChange } from './price-change.js';
import { readNewOverrides } from './read-new-overrides.js';
import { recordPriceVersion } from './record-price-version.js';
import { listActiveOverrides, listRemovedOverrides, type NotedOverride } from './select-overrides.js';
import type { TenantPriceBooks } from './tenant-price-books.js';

export interface PriceChangeResult {
  versionBefore: string;
  versionAfter: string;
  /** Of the new overrides; in a preview, what they would say, under ids that nobody keeps. */
  added: NotedOverride[];
  removed: NotedOverride[];
  /** Prices that differ, span by span of days. */
  prices: ChangedPrice[];
  effect: ChangeEffect;
  /** Models of what is new that no price and no usage names: of one’s own, or misspelt. */
  unknownModels: string[];
  /** The re-rating of past usage that was begun; null in a preview, and when no price differs. */
  reRatingId: string | null;
}

interface Deps extends AuditDeps {
  db: Database;
  priceBooks: TenantPriceBooks;
}

/** Many times what a negotiated price list has. */
const mostOverrides = 5_000;
/** As `weighOverrides`: a fraction of a second, in which a process that makes the book does nothing else. */
const mostWeight = 2_000_000;

/**
 * Changes a tenant's own prices, or says what that would change. What is stored is stored whole, together with the
 * re-rating of the past usage that it is about; from then on new costs are by the new prices, in other processes within
 * five seconds.
 * @throws Problem `invalid-request` with a fault by field; nothing is changed then
 */
export async function changePrices(
  deps: Deps,
  tenantId: string,
  { change, mode }: { change: PriceChange; mode: 'preview' | 'store' },
): Promise<PriceChangeResult> {
  const at = deps.clock.now();
  const by = actorNameIn(tenantId, deps.actor);
  const added = readNewOverrides(change.add, { createdAt: at, createdBy: by });
  const planned = await withTenant(deps.db, tenantId, (tx) => plan(tx, deps.priceBooks.base, { change, added }));
  const effect: ChangeEffect =
    planned.prices.length === 0
      ? { models: [], isComplete: true, isBeingRated: false }
      : await estimatePriceChange(deps, tenantId, { after: planned.after, affected: affectedBy(planned.prices) });
  const names = added.map(({ model }) => model);
  const unknownModels = await listUnknownModels(deps, tenantId, { names, book: planned.before });
  if (mode === 'preview') return present(planned, { added, effect, unknownModels, reRatingId: null });
  const stored = await withTenant(deps.db, tenantId, async (tx) => {
    const done = await store(tx, deps.priceBooks.base, { change, added, at, by });
    await audit(tx, deps, tenantId, { ...done, change, added });
    return done;
  });
  deps.priceBooks.forget(tenantId);
  return present(stored, { added, effect, unknownModels, reRatingId: stored.reRatingId });
}

interface Plan {
  before: PriceBook;
  after: PriceBook;
  overrides: NotedOverride[];
  removed: NotedOverride[];
  prices: ChangedPrice[];
}

async function plan(
  tx: Tx,
  base: PriceBook,
  { change, added }: { change: PriceChange; added: readonly NotedOverride[] },
): Promise<Plan> {
  const active = await listActiveOverrides(tx);
  const restored = change.restore.length === 0 ? [] : await listRemovedOverrides(tx, change.restore);
  assertAllFound([
    { ids: change.remove, found: active, field: 'remove' },
    { ids: change.restore, found: restored, field: 'restore' },
  ]);
  const removed = active.filter(({ id }) => change.remove.includes(id));
  const overrides = [...active.filter(({ id }) => !change.remove.includes(id)), ...restored, ...added];
  if (overrides.length > mostOverrides) {
    throw new Problem('invalid-request', {
      detail: `That would be ${overrides.length} prices of your own; ${mostOverrides} is the most. Remove old ones first.`,
    });
  }
  if (weighOverrides(base, overrides, mostWeight) > mostWeight) {
    const detail = 'Too many prices of your own are about the same models. Remove those that others replace first.';
    throw new Problem('invalid-request', { detail });
  }
  const before = applyOverrides(base, active);
  const after = applyOverrides(base, overrides);
  return { before, after, overrides, removed, prices: diffPriceBooks(before, after) };
}

interface NamedPrices {
  ids: readonly string[];
  found: readonly NotedOverride[];
  field: 'remove' | 'restore';
}

function assertAllFound(named: readonly NamedPrices[]): void {
  const faults = named.flatMap(({ ids, found, field }) => {
    const known = new Set(found.map(({ id }) => id));
    return ids.flatMap((id, index) =>
      known.has(id)
        ? []
        : [[`${field}.${index}`, `is not the id of a price of your own that can be ${field}d`] as const],
    );
  });
  if (faults.length === 0) return;
  throw new Problem('invalid-request', {
    detail: 'Nothing was changed: one of the prices is not there.',
    fields: Object.fromEntries(faults),
  });
}

async function store(
  tx: Tx,
  base: PriceBook,
  { change, added, at, by }: { change: PriceChange; added: readonly NotedOverride[]; at: Date; by: string },
): Promise<Plan & { reRatingId: string | null }> {
  await lockPrices(tx);
  const planned = await plan(tx, base, { change, added });
  await insert(tx, added);
  await tx.$executeRaw`
    UPDATE price_override SET removed_at = ${at}
    WHERE tenant_id = current_tenant_id() AND id = ANY(${change.remove}::uuid[])`;
  await tx.$executeRaw`
    UPDATE price_override SET removed_at = NULL
    WHERE tenant_id = current_tenant_id() AND id = ANY(${change.restore}::uuid[])`;
  const { after: book, overrides, prices } = planned;
  await recordPriceVersion(tx, { book, base, overrides, at });
  const affected = affectedBy(prices);
  const reRatingId = prices.length === 0 ? null : await openReRating(tx, { toVersion: book.version, affected, at, by });
  return { ...planned, reRatingId };
}

function audit(
  tx: Tx,
  deps: Deps,
  tenantId: string,
  {
    before,
    after,
    overrides,
    removed,
    added,
    change,
    reRatingId,
  }: Plan & { change: PriceChange; added: readonly NotedOverride[]; reRatingId: string | null },
): Promise<void> {
  const restored = overrides.filter(({ id }) => change.restore.includes(id));
  return recordAudit(tx, deps, tenantId, {
    action: 'prices.change',
    subject: { kind: 'prices', id: tenantId },
    before: { version: before.version, removed: auditedOverrides(removed) },
    after: { version: after.version, added: auditedOverrides([...restored, ...added]), reRatingId },
  });
}

async function insert(tx: Tx, added: readonly NotedOverride[]): Promise<void> {
  if (added.length === 0) return;
  const rows = added.map(({ picoUsdPerUnit, picoPercentOff, ...override }) => ({
    ...override,
    usdPerUnit: formatUsdOrNull(picoUsdPerUnit),
    percentOff: formatUsdOrNull(picoPercentOff),
  }));
  await tx.$executeRaw`
    INSERT INTO price_override (tenant_id, id, model, tier, context, kind, variant, usd_per_unit, percent_off,
      effective_from, effective_to, note, created_at, created_by)
    SELECT current_tenant_id(), id, model, tier, context, kind, variant, "usdPerUnit", "percentOff", "effectiveFrom",
      "effectiveTo", note, "createdAt", "createdBy"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id uuid, model text, tier text, context text, kind text,
      variant text, "usdPerUnit" numeric, "percentOff" numeric, "effectiveFrom" date, "effectiveTo" date, note text,
      "createdAt" timestamptz, "createdBy" text)`;
}

function present(
  { before, after, removed, prices }: Plan,
  rest: Pick<PriceChangeResult, 'added' | 'effect' | 'unknownModels' | 'reRatingId'>,
): PriceChangeResult {
  return { versionBefore: before.version, versionAfter: after.version, removed, prices, ...rest };
}
