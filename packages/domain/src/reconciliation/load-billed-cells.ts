import type { BookDay } from '../books/sum-book-by-day.js';
import type { ReadBook } from './book-reader.js';
import { type BilledCell, createCells } from './cells.js';

/** Tools and storage: used by the call, the session or the byte, and billed in lines that name no model. */
export const feeKinds: ReadonlySet<string> = new Set([
  'web_search_calls',
  'file_search_calls',
  'code_interpreter_sessions',
  'vector_stores',
]);

/**
 * What was billed and reported per UTC day and group, fees told apart. By model they stand in the group of none. A billed
 * line whose model has no price here, and which therefore names none in our books, belongs to the reported model whose
 * name it begins with.
 */
export async function loadBilledCells(
  read: ReadBook,
  by: 'model' | 'project' | 'key',
  rowOf: (group: string | null) => string | null,
): Promise<BilledCell[]> {
  const [reported, billed, lines, kinds] = await Promise.all([
    read('reported', by),
    read('billed', by),
    read('billed', 'kind', { model: '' }),
    read('reported', 'kind'),
  ]);
  const feesByKind = kinds.filter(({ group }) => group !== null && feeKinds.has(group));
  const unnamed = await namedLines(read, lines);
  const cells = createCells(rowOf);
  for (const sums of reported) cells.addReported(sums, 1);
  if (by === 'model') {
    for (const sums of billed.filter(({ group }) => group !== null)) cells.addBilled(sums, 1);
    for (const line of lines) {
      const model = unnamed.get(line.group);
      if (model === undefined) cells.addFees({ ...line, ...noGroup }, 'billed', 1);
      cells.addBilled({ ...line, ...(model === undefined ? noGroup : { group: model, groupName: model }) }, 1);
    }
    await moveSearches(read, cells, feesByKind);
    for (const sums of feesByKind) cells.addFees({ ...sums, ...noGroup }, 'reported', 1);
    return cells.all();
  }
  for (const sums of billed) cells.addBilled(sums, 1);
  if (lines.length > 0) for (const sums of await read('billed', by, { model: '' })) cells.addFees(sums, 'billed', 1);
  for (const line of unnamed.keys()) {
    const sums = await read('billed', by, { model: '', kind: line ?? '' });
    for (const day of sums) cells.addFees(day, 'billed', -1);
  }
  for (const kind of new Set(feesByKind.map(({ group }) => group ?? ''))) {
    for (const sums of await read('reported', by, { kind })) cells.addFees(sums, 'reported', 1);
  }
  return cells.all();
}

const noGroup = { group: null, groupName: null };

/** Billed lines without a model → the reported model that each names as `<model>, <component>`. */
async function namedLines(read: ReadBook, lines: readonly BookDay[]): Promise<Map<string | null, string>> {
  const named = lines.flatMap(({ group }) => (group?.includes(', ') ? [group] : []));
  if (named.length === 0) return new Map();
  const models = new Set((await read('reported', 'model')).map(({ group }) => group));
  return new Map(
    [...new Set(named)].flatMap((line) => {
      const model = line.slice(0, line.lastIndexOf(', '));
      return models.has(model) ? [[line, model] as const] : [];
    }),
  );
}

/** Web searches are reported with a model and billed without one. */
async function moveSearches(
  read: ReadBook,
  cells: ReturnType<typeof createCells>,
  fees: readonly BookDay[],
): Promise<void> {
  if (!fees.some(({ group }) => group === 'web_search_calls')) return;
  for (const sums of await read('reported', 'model', { kind: 'web_search_calls' })) {
    cells.addReported(sums, -1);
    cells.addReported({ ...sums, ...noGroup }, 1);
  }
}
