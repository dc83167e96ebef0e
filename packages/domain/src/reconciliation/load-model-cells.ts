import type { BookDay } from '../books/sum-book-by-day.js';
import type { ReadBook } from './book-reader.js';
import { type BilledCell, type Cells, createCells } from './cells.js';

/** Tools and storage: used by the call, the session or the byte, and billed in lines that name no model. */
export const feeKinds: ReadonlySet<string> = new Set([
  'web_search_calls',
  'file_search_calls',
  'code_interpreter_sessions',
  'vector_stores',
]);

/** What was billed and reported per UTC day and model, and what it takes to tell the same of other groups. */
export interface ModelCells {
  cells: BilledCell[];
  /** Billed lines that begin with the name of a reported model, as the book of prices has none of that name. */
  modelOfLine: ReadonlyMap<string, string>;
  /** Kinds of `feeKinds` that were reported. */
  feeKinds: readonly string[];
  hasLinesWithoutModel: boolean;
}

/** Fees stand in the group of none. */
export async function loadModelCells(read: ReadBook): Promise<ModelCells> {
  const [reported, billed, lines, kinds] = await Promise.all([
    read('reported', 'model'),
    read('billed', 'model'),
    read('billed', 'kind', { model: '' }),
    read('reported', 'kind'),
  ]);
  const fees = kinds.filter(({ group }) => group !== null && feeKinds.has(group));
  const modelOfLine = findModels(lines, reported);
  const cells = createCells();
  for (const sums of reported) cells.addReported(sums, 1);
  for (const sums of billed.filter(({ group }) => group !== null)) cells.addBilled(sums, 1);
  for (const line of lines) {
    const model = modelOfLine.get(line.group ?? '');
    if (model === undefined) cells.addFees({ ...line, ...noGroup }, 'billed', 1);
    cells.addBilled({ ...line, ...(model === undefined ? noGroup : { group: model, groupName: model }) }, 1);
  }
  await moveSearches(read, cells, fees);
  for (const sums of fees) cells.addFees({ ...sums, ...noGroup }, 'reported', 1);
  return {
    cells: cells.all().map((cell) => ({ ...cell, model: cell.group })),
    modelOfLine,
    feeKinds: [...new Set(fees.flatMap(({ group }) => group ?? []))],
    hasLinesWithoutModel: lines.length > 0,
  };
}

const noGroup = { group: null, groupName: null };

/** Lines are named `<model>, <component>`. */
function findModels(lines: readonly BookDay[], reported: readonly BookDay[]): Map<string, string> {
  const models = new Set(reported.map(({ group }) => group));
  return new Map(
    lines.flatMap(({ group: line }) => {
      if (!line?.includes(', ')) return [];
      const model = line.slice(0, line.lastIndexOf(', '));
      return models.has(model) ? [[line, model] as const] : [];
    }),
  );
}

/** Web searches are reported with a model and billed without one. */
async function moveSearches(read: ReadBook, cells: Cells, fees: readonly BookDay[]): Promise<void> {
  if (!fees.some(({ group }) => group === 'web_search_calls')) return;
  for (const sums of await read('reported', 'model', { kind: 'web_search_calls' })) {
    cells.addReported(sums, -1);
    cells.addReported({ ...sums, ...noGroup }, 1);
  }
}
