import { overriddenModel } from './overridden-model.js';
import { overrideKeys } from './override-keys.js';
import { indexKeyOf, type PriceBook } from './price-book.js';
import type { PriceOverride } from './price-override.js';

/**
 * What it takes to apply overrides: for each key the square of how many are about it, as each may begin a period of its own
 * in which all are looked through. Counting ends above `most`.
 */
export function weighOverrides(base: PriceBook, overrides: readonly PriceOverride[], most: number): number {
  const countOf = new Map<string, number>();
  let weight = 0;
  for (const override of overrides) {
    for (const key of overrideKeys(base, { ...override, model: overriddenModel(base, override.model) })) {
      const name = indexKeyOf(key);
      const count = countOf.get(name) ?? 0;
      weight += 2 * count + 1;
      countOf.set(name, count + 1);
    }
    if (weight > most) break;
  }
  return weight;
}
