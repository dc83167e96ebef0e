import { isInForce } from './is-in-force.js';
import type { PriceBook, PriceKey, PriceRow } from './price-book.js';

/**
 * A price that differs between two books over a span of UTC days; null where there is none. Of equal ones, one has a regional
 * uplift and the other has not.
 */
export interface ChangedPrice extends PriceKey {
  /** YYYY-MM-DD; null: since always. */
  from: string | null;
  /** YYYY-MM-DD, first day no longer; null: until further notice. */
  to: string | null;
  before: bigint | null;
  after: bigint | null;
}

/** What costs differently in `after`: every key and span of days, in the order of the books. */
export function diffPriceBooks(before: PriceBook, after: PriceBook): ChangedPrice[] {
  const keys = new Set([...before.rowsByKey.keys(), ...after.rowsByKey.keys()]);
  return [...keys].flatMap((key) => {
    const [old, fresh] = [before.rowsByKey.get(key) ?? [], after.rowsByKey.get(key) ?? []];
    return old === fresh ? [] : diffRows(old, fresh);
  });
}

function diffRows(old: readonly PriceRow[], fresh: readonly PriceRow[]): ChangedPrice[] {
  const [row] = [...old, ...fresh];
  if (!row) return [];
  const { model, tier, context, kind, variant } = row;
  const cuts = [...old, ...fresh].flatMap(({ effectiveFrom, effectiveTo }) => [effectiveFrom ?? '', effectiveTo ?? '']);
  const days = [...new Set(['', ...cuts])].toSorted();
  const changes: ChangedPrice[] = [];
  for (const [index, day] of days.entries()) {
    const [was, is] = [rowOn(old, day), rowOn(fresh, day)];
    if (isSame(was, is)) continue;
    const [before, after] = [was?.picoUsdPerUnit ?? null, is?.picoUsdPerUnit ?? null];
    const [from, to] = [day === '' ? null : day, days[index + 1] ?? null];
    const last = changes.at(-1);
    if (last && last.to === day && last.before === before && last.after === after) last.to = to;
    else changes.push({ model, tier, context, kind, variant, from, to, before, after });
  }
  return changes;
}

function rowOn(rows: readonly PriceRow[], day: string): PriceRow | undefined {
  return rows.find((row) => isInForce(row, day));
}

function isSame(was: PriceRow | undefined, is: PriceRow | undefined): boolean {
  return was?.picoUsdPerUnit === is?.picoUsdPerUnit && was?.regionalUplift === is?.regionalUplift;
}
