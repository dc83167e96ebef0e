import { createModelOf } from '../books/fees.js';
import type { BookSpanCost } from '../books/sum-book-by-span.js';
import type { ReadBook } from './book-reader.js';
import { type BilledCell, createCells } from './cells.js';

/** What was billed and reported per span and model, and what it takes to tell the same of other groups. */
export interface ModelCells {
  cells: BilledCell[];
  /** The model that a line of the bill names; null for fees. */
  modelOf(line: string | null): string | null;
  /** Tools or storage were reported, so that kinds have to be told apart. */
  hasFees: boolean;
  /** Web searches were among them. */
  hasSearches: boolean;
  /** Lines were billed that named no model when they were read. */
  hasLinesWithoutModel: boolean;
}

/** Fees stand in the group of none; so do web searches, which are reported with a model and billed without one. */
export async function loadModelCells(read: ReadBook): Promise<ModelCells> {
  const [reported, lines] = await Promise.all([
    read('reported', 'model', { and: 'fee' }),
    read('billed', 'kind', { and: 'model' }),
  ]);
  const modelOf = createModelOf([...reported.map(({ group }) => group), ...lines.map(({ also }) => also)]);
  const cells = createCells();
  for (const sums of reported) {
    cells.addReported(sums, 1, rowOfModel(sums));
    if (isFee(sums)) cells.addFees(sums, 'reported', 1, null);
  }
  for (const line of lines) {
    const model = modelOf(line.group);
    if (model === null) cells.addFees(line, 'billed', 1, null);
    cells.addBilled(line, 1, model);
  }
  return {
    cells: cells.all().map((cell) => Object.assign(cell, { model: cell.group })),
    modelOf,
    hasFees: reported.some(isFee),
    hasSearches: reported.some(({ also }) => also === 'web_search_calls'),
    hasLinesWithoutModel: lines.some(({ also }) => also === null),
  };
}

/** The model whose row sums by model and fee count for; null for web searches, which are billed without one. */
export function rowOfModel({ group, also }: Pick<BookSpanCost, 'group' | 'also'>): string | null {
  return also === 'web_search_calls' ? null : group;
}

/** Of sums that are told apart by fee. */
export function isFee({ also }: Pick<BookSpanCost, 'also'>): boolean {
  return also !== null;
}
