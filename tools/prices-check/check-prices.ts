import { group } from 'd3-array';
import type { PriceBook } from '#pricing/price-book.js';
import { type Comparison, compareLists, type Disagreement } from './compare-lists.js';
import { explain } from './explain.js';
import { genaiList } from './genai-list.js';
import { knownDisagreements } from './known-disagreements.js';
import { ourList } from './our-list.js';

/** On both sides of each change of price that both lists know, and the day of their list. */
const pastDays = ['2025-06-09', '2025-06-10', '2026-07-29', '2026-07-30', '2026-08-20', '2026-08-21', '2026-09-23'];

const failure = 'FAILURE: not explained. Mend the book, or write the reason into tools/prices-check.';

/** Compares our standard prices with genai-prices today (UTC) and on some past days; `report` is for a terminal. */
export function checkPrices(book: PriceBook, now: Date): { report: string; unexplained: Disagreement[] } {
  const days = [...new Set([...pastDays, now.toISOString().slice(0, 10)])].toSorted();
  const comparison = compareLists(ourList(book), genaiList(), days);
  const reasonOf = (disagreement: Disagreement) => explain(disagreement, knownDisagreements)?.reason ?? failure;
  const byReason = group(comparison.disagreements, reasonOf);
  const unexplained = byReason.get(failure) ?? [];
  // Last, where a terminal ends.
  byReason.delete(failure);
  const sections = [...byReason, ...(unexplained.length > 0 ? [[failure, unexplained] as const] : [])];
  const report = [
    ...sections.map(([reason, of]) => `${reason}\n${table(of, days)}\n`),
    summary(comparison, unexplained.length, book),
  ];
  return { report: `${report.join('\n')}\n`, unexplained };
}

function table(disagreements: readonly Disagreement[], days: readonly string[]): string {
  const lines = disagreements.map((found) => [
    found.name,
    found.field,
    `ours ${found.ours}`,
    `genai-prices ${found.theirs}`,
    daysInWords(found.days, days),
  ]);
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines
    .map((cells) => `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}

function daysInWords(found: readonly string[], all: readonly string[]): string {
  if (found.length === all.length) return '';
  const [first, last] = [found[0], found.at(-1)];
  return first === last ? `on ${first}` : `${first} to ${last}`;
}

function summary({ prices, names, days, disagreements }: Comparison, unexplained: number, book: PriceBook): string {
  const explained = disagreements.length - unexplained;
  return [
    `${book.version}: ${prices} prices of ${names} names compared with genai-prices on ${days.join(', ')}.`,
    `${explained} disagreements with a reason, ${unexplained} without.`,
  ].join('\n');
}
