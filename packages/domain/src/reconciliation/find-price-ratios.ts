import type { DaySpan } from '../books/book.js';
import type { BilledCell } from './cells.js';
import { type ComparedSpan, findPriceRatio } from './find-price-ratio.js';
import type { BooksScope } from './read-books-scope.js';
import { countDays } from '../spend/local-days.js';
import type { PriceRatio } from './reconciliation.js';

/** The models that have a price ratio over the final spans of the range. */
export function findPriceRatios(
  cells: readonly BilledCell[],
  spans: readonly DaySpan[],
  scope: Pick<BooksScope, 'isBillProvisional'>,
): Map<string, PriceRatio> {
  const daysOf = new Map(spans.map((span) => [span.fromDay, countDays(span)]));
  const models = new Map<string, ComparedSpan[]>();
  for (const { day, model, billed, reported, unpricedRequests } of cells) {
    if (model === null || scope.isBillProvisional(day)) continue;
    const known = models.get(model) ?? [];
    known.push({ days: daysOf.get(day) ?? 0, billed, reported, unpricedRequests });
    models.set(model, known);
  }
  const found = [...models].flatMap(([model, compared]) => {
    const rule = findPriceRatio(compared);
    if (!rule) return [];
    const amount = compared.reduce((sum, { billed, reported }) => sum + billed - reported, 0n);
    return [{ model, ...rule, amount }];
  });
  return new Map(found.map((ratio) => [ratio.model, ratio]));
}
