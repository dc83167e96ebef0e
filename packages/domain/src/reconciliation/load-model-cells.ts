import type { BookSpan } from '../books/sum-book-by-span.js';
import type { ReadBook } from './book-reader.js';
import { type BilledCell, type Cells, createCells } from './cells.js';

/** Tools and storage: used by the call, the session or the byte, and billed in lines that name no model. */
export const feeKinds: ReadonlySet<string> = new Set([
  'web_search_calls',
  'file_search_calls',
  'code_interpreter_sessions',
  'vector_stores',
]);

/** What was billed and reported per span and model, and what it takes to tell the same of other groups. */
export interface ModelCells {
  cells: BilledCell[];
  /** The model that a line of the bill names; null for fees. */
  modelOf(line: string | null): string | null;
  /** Kinds of `feeKinds` that were reported. */
  feeKinds: readonly string[];
  /** Lines were billed that named no model when they were read. */
  hasLinesWithoutModel: boolean;
}

/** Fees stand in the group of none. */
export async function loadModelCells(read: ReadBook): Promise<ModelCells> {
  const [reported, billed, lines, kinds] = await Promise.all([
    read('reported', 'model'),
    read('billed', 'model'),
    read('billed', 'kind'),
    read('reported', 'kind'),
  ]);
  const fees = kinds.filter(({ group }) => group !== null && feeKinds.has(group));
  const modelOf = createModelOf([...reported, ...billed].map(({ group }) => group));
  const cells = createCells();
  for (const sums of reported) cells.addReported(sums, 1);
  for (const line of lines) {
    const model = modelOf(line.group);
    if (model === null) cells.addFees({ ...line, ...noGroup }, 'billed', 1);
    cells.addBilled({ ...line, group: model, groupName: model }, 1);
  }
  await moveSearches(read, cells, fees);
  for (const sums of fees) cells.addFees({ ...sums, ...noGroup }, 'reported', 1);
  return {
    cells: cells.all().map((cell) => ({ ...cell, model: cell.group })),
    modelOf,
    feeKinds: [...new Set(fees.flatMap(({ group }) => group ?? []))],
    hasLinesWithoutModel: billed.some(({ group }) => group === null),
  };
}

const noGroup = { group: null, groupName: null };

/** Lines are named `<model>, <component>`, also of a model that the book of prices has not. */
function createModelOf(known: readonly (string | null)[]): ModelCells['modelOf'] {
  const models = new Set(known);
  return (line) => {
    const model = line?.slice(0, Math.max(0, line.lastIndexOf(', '))) ?? null;
    return models.has(model) ? model : null;
  };
}

/** Web searches are reported with a model and billed without one. */
async function moveSearches(read: ReadBook, cells: Cells, fees: readonly BookSpan[]): Promise<void> {
  if (!fees.some(({ group }) => group === 'web_search_calls')) return;
  for (const sums of await read('reported', 'model', { only: { kind: 'web_search_calls' } })) {
    cells.addReported(sums, -1);
    cells.addReported({ ...sums, ...noGroup }, 1);
  }
}
