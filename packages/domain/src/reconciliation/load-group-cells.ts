import type { BookSpanCost } from '../books/sum-book-by-span.js';
import type { ReadBook } from './book-reader.js';
import { type BilledCell, type Cells, createCells } from './cells.js';
import { isFee, type ModelCells } from './load-model-cells.js';

/** Models that are told apart at most. */
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
  const telling = listTelling(models, isTelling);
  const [reported, billed, lines, told] = await Promise.all([
    read('reported', by, { and: models.hasFees ? 'fee' : undefined }),
    read('billed', by),
    models.hasLinesWithoutModel ? read('billed', by, { only: { model: '' }, and: 'kind' }) : [],
    telling.length > 0 ? readModels(read, query, telling) : { reported: [], billed: [] },
  ]);
  const rest = createCells(rowOf);
  for (const sums of reported) {
    rest.addReported(sums, 1);
    if (isFee(sums)) rest.addFees(sums, 'reported', 1);
  }
  for (const sums of billed) rest.addBilled(sums, 1);
  for (const line of lines) if (models.modelOf(line.also) === null) rest.addFees(line, 'billed', 1);
  const moved = moveModels(query, { from: rest, telling, told, lines });
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

/** Of the models that are told apart, each in `also`; a search is a fee and stays where fees are. */
interface ModelSums {
  reported: readonly BookSpanCost[];
  billed: readonly BookSpanCost[];
}

async function readModels(
  read: ReadBook,
  { by, models: { hasSearches } }: GroupsQuery,
  models: readonly string[],
): Promise<ModelSums> {
  const [reported, billed] = await Promise.all([
    read('reported', by, { only: { models, exceptKind: hasSearches ? 'web_search_calls' : undefined }, and: 'model' }),
    read('billed', by, { only: { models }, and: 'model' }),
  ]);
  return { reported, billed };
}

interface Move {
  from: Cells;
  telling: readonly string[];
  told: ModelSums;
  /** Of the bill, beside those that named their model when they were read. */
  lines: readonly BookSpanCost[];
}

function moveModels({ rowOf, models }: GroupsQuery, { from, telling, told, lines }: Move): BilledCell[] {
  const cellsOf = new Map<string | null, Cells>(telling.map((model) => [model, createCells(rowOf)]));
  for (const sums of told.reported) {
    from.addReported(sums, -1);
    cellsOf.get(sums.also)?.addReported(sums, 1);
  }
  const named = lines.map((line) => ({ ...line, also: models.modelOf(line.also) }));
  for (const sums of [...told.billed, ...named.filter(({ also }) => cellsOf.has(also))]) {
    from.addBilled(sums, -1);
    cellsOf.get(sums.also)?.addBilled(sums, 1);
  }
  return [...cellsOf].flatMap(([model, cells]) => cells.all().map((cell) => Object.assign(cell, { model })));
}
