import type { BookDay } from '../books/sum-book-by-day.js';
import type { ReadBook } from './book-reader.js';
import { type BilledCell, type Cells, createCells } from './cells.js';
import type { ModelCells } from './load-model-cells.js';

/** Models that are told apart at most, each for two questions. */
const mostModels = 8;

/**
 * What was billed and reported per UTC day and project or key. Models whose price explains a difference have cells of their
 * own, so that they explain no more than they cost; `isTelling` says which. The others stand together.
 */
export async function loadGroupCells(
  read: ReadBook,
  {
    by,
    rowOf,
    models,
    isTelling,
  }: {
    by: 'project' | 'key';
    rowOf: (group: string | null) => string | null;
    models: ModelCells;
    isTelling: (model: string) => boolean;
  },
): Promise<BilledCell[]> {
  const rest = createCells(rowOf);
  const [reported, billed] = await Promise.all([read('reported', by), read('billed', by)]);
  for (const sums of reported) rest.addReported(sums, 1);
  for (const sums of billed) rest.addBilled(sums, 1);
  await addFees(read, rest, { by, models });
  const told = await Promise.all(
    listTelling(models, isTelling).map(async (model) => {
      const cells = createCells(rowOf);
      await moveModel(read, { from: rest, to: cells, by, model, lines: linesOf(models, model) });
      return cells.all().map((cell) => ({ ...cell, model }));
    }),
  );
  return [...rest.all(), ...told.flat()];
}

async function addFees(
  read: ReadBook,
  cells: Cells,
  { by, models }: { by: 'project' | 'key'; models: ModelCells },
): Promise<void> {
  const billed = models.hasLinesWithoutModel ? await read('billed', by, { model: '' }) : [];
  for (const sums of billed) cells.addFees(sums, 'billed', 1);
  // No fees after all.
  const named = await Promise.all([...models.modelOfLine.keys()].map((line) => readLine(read, by, line)));
  for (const sums of named.flat()) cells.addFees(sums, 'billed', -1);
  const reported = await Promise.all(models.feeKinds.map((kind) => read('reported', by, { kind })));
  for (const sums of reported.flat()) cells.addFees(sums, 'reported', 1);
}

function readLine(read: ReadBook, by: 'project' | 'key', line: string): Promise<BookDay[]> {
  return read('billed', by, { model: '', kind: line });
}

/** Those that differ most. */
function listTelling({ cells }: ModelCells, isTelling: (model: string) => boolean): string[] {
  const sizes = new Map<string, bigint>();
  for (const { model, billed, reported } of cells) {
    if (model !== null && isTelling(model)) sizes.set(model, (sizes.get(model) ?? 0n) + billed - reported);
  }
  const size = (model: string) => Math.abs(Number(sizes.get(model) ?? 0n));
  return [...sizes.keys()].toSorted((a, b) => size(b) - size(a)).slice(0, mostModels);
}

function linesOf({ modelOfLine }: ModelCells, model: string): string[] {
  return [...modelOfLine].filter(([, named]) => named === model).map(([line]) => line);
}

interface Move {
  from: Cells;
  to: Cells;
  by: 'project' | 'key';
  model: string;
  /** Of the bill, beside those that name the model. */
  lines: readonly string[];
}

/** A search is a fee and stays where fees are. */
async function moveModel(read: ReadBook, { from, to, by, model, lines }: Move): Promise<void> {
  const [reported, searches, ...billed] = await Promise.all([
    read('reported', by, { model }),
    read('reported', by, { model, kind: 'web_search_calls' }),
    read('billed', by, { model }),
    ...lines.map((line) => readLine(read, by, line)),
  ]);
  const move = (sums: BookDay, sign: 1 | -1) => {
    from.addReported(sums, sign === 1 ? -1 : 1);
    to.addReported(sums, sign);
  };
  for (const sums of reported) move(sums, 1);
  for (const sums of searches) move(sums, -1);
  for (const sums of billed.flat()) {
    from.addBilled(sums, -1);
    to.addBilled(sums, 1);
  }
}
