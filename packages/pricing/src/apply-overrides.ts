import { createHash } from 'node:crypto';

import { isInForce } from './is-in-force.js';
import { overriddenModel } from './overridden-model.js';
import { overrideKeys } from './override-keys.js';
import { indexKeyOf, type PriceBook, type PriceKey, type PriceRow } from './price-book.js';
import type { PriceOverride } from './price-override.js';
import { priceScales } from './price-scale.js';

/**
 * A book with a tenant's own prices and discounts on it. Their days cut the book's dated prices exactly. A price of one's
 * own wins over a discount, and of two alike the one created later; discounts do not add up. A discounted price is rounded
 * half up to whole pico-USD per unit, and what a region adds is added to it; to a price of one's own nothing is. Its version
 * is that of the book and a hash of all that the overrides say about prices, so equal versions price everything equally;
 * without overrides it is the book itself.
 */
export function applyOverrides(base: PriceBook, overrides: readonly PriceOverride[]): PriceBook {
  if (overrides.length === 0) return base;
  const ranked = overrides
    .map((override) => ({ ...override, model: overriddenModel(base, override.model) }))
    .toSorted(byPrecedence);
  const rowsByKey = new Map(base.rowsByKey);
  for (const { key, applying } of groupByKey(base, ranked)) {
    const rows = rowsOf(key, base.rowsByKey.get(indexKeyOf(key)) ?? [], applying);
    if (rows.length > 0) rowsByKey.set(indexKeyOf(key), rows);
  }
  const rows = inOrderOfModels([...rowsByKey.values()].flat());
  const modelByName = new Map(base.modelByName);
  for (const { model } of rows) if (!modelByName.has(model)) modelByName.set(model, model);
  return { version: `${base.version}+${hashOf(ranked)}`, rows, modelByName, rowsByKey };
}

/** Weakest first, so that whatever comes later may simply replace it. */
function byPrecedence(a: PriceOverride, b: PriceOverride): number {
  const isOwn = (override: PriceOverride) => Number(override.picoUsdPerUnit !== null);
  return isOwn(a) - isOwn(b) || a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);
}

interface Keyed {
  key: PriceKey;
  applying: PriceOverride[];
}

/** Each key that an override is about, with those that are, weakest first. */
function groupByKey(base: PriceBook, ranked: readonly PriceOverride[]): Keyed[] {
  const keyed = new Map<string, Keyed>();
  for (const override of ranked) {
    for (const key of overrideKeys(base, override)) {
      const entry = keyed.get(indexKeyOf(key)) ?? { key, applying: [] };
      entry.applying.push(override);
      keyed.set(indexKeyOf(key), entry);
    }
  }
  return [...keyed.values()];
}

/** One key's rows: between any two days on which something begins or ends, one price or none holds. */
function rowsOf(key: PriceKey, book: readonly PriceRow[], applying: readonly PriceOverride[]): PriceRow[] {
  const periods = [...book, ...applying];
  const starts = new Set(periods.flatMap(({ effectiveFrom, effectiveTo }) => [effectiveFrom ?? '', effectiveTo ?? '']));
  const days = [...starts.add('')].toSorted();
  const rows: PriceRow[] = [];
  for (const [index, day] of days.entries()) {
    const row = rowOn(day, { key, book, applying });
    if (!row) continue;
    const period = { effectiveFrom: day === '' ? null : day, effectiveTo: days[index + 1] ?? null };
    const last = rows.at(-1);
    const isSame = last && last.effectiveTo === day && isSamePrice(last, row);
    if (isSame) rows[rows.length - 1] = { ...last, effectiveTo: period.effectiveTo };
    else rows.push({ ...row, ...period });
  }
  return rows;
}

/** What holds on a day; the empty day is before all others. */
function rowOn(
  day: string,
  { key, book, applying }: { key: PriceKey; book: readonly PriceRow[]; applying: readonly PriceOverride[] },
): PriceRow | undefined {
  const listed = book.find((row) => isInForce(row, day));
  const override = applying.findLast((one) => isInForce(one, day));
  if (!override) return listed;
  if (override.picoUsdPerUnit !== null) return ownRow(key, override, override.picoUsdPerUnit);
  return listed && override.picoPercentOff !== null ? discounted(listed, override, override.picoPercentOff) : listed;
}

function ownRow({ model, tier, context, kind, variant }: PriceKey, { id, createdAt }: PriceOverride, price: bigint) {
  return {
    model,
    tier,
    context,
    kind,
    variant,
    picoUsdPerUnit: price,
    unit: priceScales[kind].unit,
    effectiveFrom: null,
    effectiveTo: null,
    source: `your own price, ${dayOf(createdAt)}`,
    confidence: 'high',
    isPromotional: false,
    regionalUplift: null,
    overrideId: id,
  } satisfies PriceRow;
}

const wholePicoPercent = 100_000_000_000_000n;

/** As trustworthy as the price that it is computed from. */
function discounted(row: PriceRow, { id, createdAt }: PriceOverride, picoPercentOff: bigint): PriceRow {
  const product = row.picoUsdPerUnit * (wholePicoPercent - picoPercentOff);
  return {
    ...row,
    picoUsdPerUnit: (product + wholePicoPercent / 2n) / wholePicoPercent,
    source: `your own ${picoPercentOff > 0n ? 'discount' : 'surcharge'}, ${dayOf(createdAt)}, on ${row.source}`,
    overrideId: id,
  };
}

function isSamePrice(a: PriceRow, b: PriceRow): boolean {
  return (
    a.picoUsdPerUnit === b.picoUsdPerUnit &&
    a.source === b.source &&
    a.overrideId === b.overrideId &&
    a.confidence === b.confidence &&
    a.isPromotional === b.isPromotional
  );
}

function dayOf(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

/** New rows of a model stand beside its others; new models at the end. */
function inOrderOfModels(rows: readonly PriceRow[]): PriceRow[] {
  const byModel = new Map<string, PriceRow[]>();
  for (const row of rows) {
    const ofModel = byModel.get(row.model);
    if (ofModel) ofModel.push(row);
    else byModel.set(row.model, [row]);
  }
  return [...byModel.values()].flat();
}

function hashOf(ranked: readonly PriceOverride[]): string {
  const said = ranked.map((one) => [
    one.model,
    one.tier,
    one.context,
    one.kind,
    one.variant,
    String(one.picoUsdPerUnit),
    String(one.picoPercentOff),
    one.effectiveFrom,
    one.effectiveTo,
  ]);
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 12);
}
