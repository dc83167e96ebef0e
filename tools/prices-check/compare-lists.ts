import { type PriceField, type PriceList, type PricesOfModel, toolFees } from './price-list.js';

/** One thing that two lists say differently of one model name, and on which of the days. */
export interface Disagreement {
  name: string;
  /** A price field, or `model` when only one list has any price for the name. */
  field: PriceField;
  /** Decimal USD; `–` for no price, and for `model` whether the list has it. */
  ours: string;
  theirs: string;
  days: string[];
}

export interface Comparison {
  /** How many prices were held against each other. */
  prices: number;
  names: number;
  days: readonly string[];
  disagreements: Disagreement[];
}

/** Holds two lists against each other for every name that either spells out, on each of these UTC days. */
export function compareLists(ours: PriceList, theirs: PriceList, days: readonly string[]): Comparison {
  const names = [...new Set([...ours.names, ...theirs.names])].toSorted();
  const found = new Map<string, Disagreement>();
  let prices = 0;
  for (const name of names) {
    for (const day of days) {
      const pair = compareModel(ours.pricesOf(name, day), theirs.pricesOf(name, day));
      prices += pair.prices;
      for (const difference of pair.differences) {
        const key = JSON.stringify([name, ...Object.values(difference)]);
        found.set(key, { name, ...difference, days: [...(found.get(key)?.days ?? []), day] });
      }
    }
  }
  return { prices, names: names.length, days, disagreements: [...found.values()] };
}

type Difference = Pick<Disagreement, 'field' | 'ours' | 'theirs'>;

function compareModel(ours: PricesOfModel, theirs: PricesOfModel): { prices: number; differences: Difference[] } {
  if (!ours || !theirs) {
    const isSame = ours === theirs;
    const difference = { field: 'model', ours: ours ? 'listed' : '–', theirs: theirs ? 'listed' : '–' };
    return { prices: 0, differences: isSame ? [] : [difference] };
  }
  const fields = [...new Set([...ours.keys(), ...theirs.keys()])].filter(
    // Ours holds for every model, theirs is repeated for those that were seen to have it.
    (field) => theirs.has(field) || !toolFees.includes(field),
  );
  const differences = fields
    .map((field) => ({ field, ours: ours.get(field) ?? '–', theirs: theirs.get(field) ?? '–' }))
    .filter((pair) => pair.ours !== pair.theirs);
  return { prices: fields.length, differences };
}
