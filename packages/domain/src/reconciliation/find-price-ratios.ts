import type { DaySpan } from '../books/book.js';
import type { BilledCell } from './cells.js';
import { type ComparedSpan, findPriceRatio } from './find-price-ratio.js';
import type { BooksScope } from './read-books-scope.js';
import { countDays } from '../spend/local-days.js';
import type { PriceRatio } from './reconciliation.js';
import { compare } from './tally.js';

/** The models that have a price ratio over the final spans of the range, those first whose bills it changes most. */
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
  const inOrder = found.toSorted((a, b) => compare(size(b), size(a)) || a.model.localeCompare(b.model));
  return new Map(inOrder.map((ratio) => [ratio.model, ratio]));
}

const size = ({ amount }: PriceRatio) => (amount < 0n ? -amount : amount);
