import type { BookSpanCost } from '../books/sum-book-by-span.js';
import type { ReadBook } from './book-reader.js';
import { type BilledCell, type Cells, createCells } from './cells.js';
import { isFee, type ModelCells } from './load-model-cells.js';

/** Models that are told apart at most, each for two questions. */
const mostModels = 8;

interface GroupsQuery {
  by: 'project' | 'key';
  rowOf: (group: string | null) => string | null;
  models: ModelCells;
  isTelling: (model: string) => boolean;
}

/**
 * What was billed and reported per span and project or key. Models whose price explains a difference have cells of their
 * own, so that they explain no more than they cost; `isTelling` says which. The others stand together.
 */
export async function loadGroupCells(read: ReadBook, query: GroupsQuery): Promise<BilledCell[]> {
  const { by, rowOf, models, isTelling } = query;
  const [reported, billed, lines, told] = await Promise.all([
    read('reported', by, { and: models.hasFees ? 'kind' : undefined }),
    read('billed', by),
    models.hasLinesWithoutModel ? read('billed', by, { only: { model: '' }, and: 'kind' }) : [],
    Promise.all(listTelling(models, isTelling).map((model) => readModel(read, query, model))),
  ]);
  const rest = createCells(rowOf);
  for (const sums of reported) {
    rest.addReported(sums, 1);
    if (isFee(sums)) rest.addFees(sums, 'reported', 1);
  }
  for (const sums of billed) rest.addBilled(sums, 1);
  for (const line of lines) if (models.modelOf(line.also) === null) rest.addFees(line, 'billed', 1);
  const moved = told.flatMap((sums) => moveModel(query, { from: rest, sums, lines }));
  return [...rest.all(), ...moved];
}

/** Those that differ most. */
function listTelling({ cells }: ModelCells, isTelling: (model: string) => boolean): string[] {
  const sizes = new Map<string, bigint>();
  for (const { model, billed, reported } of cells) {
    if (model !== null && isTelling(model)) sizes.set(model, (sizes.get(model) ?? 0n) + billed - reported);
  }
  const size = (model: string) => Math.abs(Number(sizes.get(model) ?? 0n));
  return [...sizes.keys()].toSorted((a, b) => size(b) - size(a) || a.localeCompare(b)).slice(0, mostModels);
}

interface ModelSums {
  model: string;
  reported: readonly BookSpanCost[];
  billed: readonly BookSpanCost[];
}

async function readModel(read: ReadBook, { by, models }: GroupsQuery, model: string): Promise<ModelSums> {
  const [reported, billed] = await Promise.all([
    read('reported', by, { only: { model }, and: models.hasSearches ? 'kind' : undefined }),
    read('billed', by, { only: { model } }),
  ]);
  return { model, reported, billed };
}

interface Move {
  from: Cells;
  sums: ModelSums;
  /** Of the bill, beside those that named their model when they were read. */
  lines: readonly BookSpanCost[];
}

/** A search is a fee and stays where fees are. */
function moveModel(
  { rowOf, models }: GroupsQuery,
  { from, sums: { model, reported, billed }, lines }: Move,
): BilledCell[] {
  const to = createCells(rowOf);
  for (const sums of reported.filter(({ also }) => also !== 'web_search_calls')) {
    from.addReported(sums, -1);
    to.addReported(sums, 1);
  }
  for (const sums of [...billed, ...lines.filter(({ also }) => models.modelOf(also) === model)]) {
    from.addBilled(sums, -1);
    to.addBilled(sums, 1);
  }
  return to.all().map((cell) => Object.assign(cell, { model }));
}
