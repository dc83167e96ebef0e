import type { BilledCell } from './cells.js';
import { type ComparedDay, findPriceRatio } from './find-price-ratio.js';
import type { BooksScope } from './read-books-scope.js';
import type { PriceRatio } from './reconciliation.js';

/** The models that have a price ratio over the final days of the range. */
export function findPriceRatios(
  cells: readonly BilledCell[],
  scope: Pick<BooksScope, 'isBillProvisional'>,
): Map<string, PriceRatio> {
  const models = new Map<string, ComparedDay[]>();
  for (const cell of cells) {
    if (cell.model === null || scope.isBillProvisional(cell.day)) continue;
    const { billed, reported, unpricedRequests } = cell;
    models.set(cell.model, [...(models.get(cell.model) ?? []), { billed, reported, unpricedRequests }]);
  }
  const found = [...models].flatMap(([model, days]) => {
    const rule = findPriceRatio(days);
    if (!rule) return [];
    const amount = days.reduce((sum, { billed, reported }) => sum + billed - reported, 0n);
    return [{ model, ...rule, amount }];
  });
  return new Map(found.map((ratio) => [ratio.model, ratio]));
}
