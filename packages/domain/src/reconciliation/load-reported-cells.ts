import type { BookSpanCost } from '../books/sum-book-by-span.js';
import type { ReadBook } from './book-reader.js';
import { createReportedCells, type ReportedCell } from './reported-cells.js';

type RowOfSums = (sums: BookSpanCost) => string | null;

/** What was reported and measured per span and group; `and` as others ask it, whose answer this is then as well. */
export async function loadReportedCells(
  read: ReadBook,
  by: 'model' | 'project' | 'key',
  {
    rowOf,
    rowOfMeasured = ({ group }) => group,
    and,
  }: { rowOf: RowOfSums; rowOfMeasured?: RowOfSums; and: 'fee' | undefined },
): Promise<ReportedCell[]> {
  const [reported, measured] = await Promise.all([
    read('reported', by, { and }),
    read('measured', by, { and: 'kind' }),
  ]);
  const cells = createReportedCells();
  for (const sums of reported) cells.addReported(sums, 1, rowOf(sums));
  for (const sums of measured) {
    cells.addMeasured(sums, 1, rowOfMeasured(sums));
    if (sums.also === 'probe') cells.addProbes(sums, 1, rowOfMeasured(sums));
  }
  return cells.all();
}
