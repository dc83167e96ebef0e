import type { BilledCell } from './cells.js';
import { type ComparedDay, findPriceRatio } from './find-price-ratio.js';
import type { BooksScope } from './read-books-scope.js';
import type { PriceRatio } from './reconciliation.js';

interface Group {
  name: string | null;
  days: ComparedDay[];
}

/** The groups that have a price ratio over the final days of the range, fees aside. What belongs to no group has none. */
export function findPriceRatios(
  cells: readonly BilledCell[],
  scope: Pick<BooksScope, 'isBillProvisional'>,
): Map<string | null, PriceRatio> {
  const groups = new Map<string, Group>();
  for (const cell of cells) {
    if (cell.group === null || scope.isBillProvisional(cell.day)) continue;
    const group = groups.get(cell.group) ?? { name: cell.name, days: [] };
    const { billed, billedFees, reported, reportedFees, unpricedRequests } = cell;
    group.days.push({ billed: billed - billedFees, reported: reported - reportedFees, unpricedRequests });
    groups.set(cell.group, group);
  }
  const found = [...groups].flatMap(([id, { name, days }]) => {
    const rule = findPriceRatio(days);
    if (!rule) return [];
    const amount = days.reduce((sum, { billed, reported }) => sum + billed - reported, 0n);
    return [{ group: id, name: name ?? id, ...rule, amount }];
  });
  return new Map(found.map((ratio) => [ratio.group, ratio]));
}
