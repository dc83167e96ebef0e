import type { BookSpanCost } from '../books/sum-book-by-span.js';
import type { ReadBook } from './book-reader.js';
import type { KeyLink } from './read-books-scope.js';
import { createReportedCells, type ReportedCell } from './reported-cells.js';

const linked = 'linked';

/**
 * What was reported and measured per span of days: of keys that are stored here and known at OpenAI, and of all others
 * together, as what was measured of those may well be what is reported of these.
 */
export async function loadReportedDays(read: ReadBook, links: readonly KeyLink[]): Promise<ReportedCell[]> {
  const storedIds = [...new Set(links.map(({ providerKeyId }) => providerKeyId))];
  const [reported, measured, linkedReported, linkedMeasured] = await Promise.all([
    read('reported', 'model', { and: 'fee' }),
    read('measured', 'kind'),
    links.length === 0
      ? []
      : read('reported', 'none', { only: { keyIds: links.map(({ openaiKeyId }) => openaiKeyId) } }),
    links.length === 0 ? [] : read('measured', 'kind', { only: { keyIds: storedIds } }),
  ]);
  const cells = createReportedCells();
  const addMeasured = (sums: BookSpanCost, sign: 1 | -1, group: typeof linked | null) => {
    cells.addMeasured(sums, sign, group);
    if (sums.group === 'probe') cells.addProbes(sums, sign, group);
  };
  for (const sums of reported) cells.addReported(sums, 1, null);
  for (const sums of measured) addMeasured(sums, 1, null);
  for (const sums of linkedReported) {
    cells.addReported(sums, -1, null);
    cells.addReported(sums, 1, linked);
  }
  for (const sums of linkedMeasured) {
    addMeasured(sums, -1, null);
    addMeasured(sums, 1, linked);
  }
  return cells.all();
}
