import type { BookSpanCost } from '../books/sum-book-by-span.js';
import type { ReadBook } from './book-reader.js';
import type { KeyLink } from './read-books-scope.js';
import { createReportedCells, type ReportedCell } from './reported-cells.js';

/**
 * What was reported and measured per span of days: of keys that are stored here and known at OpenAI, and of all others
 * together, as what was measured of those may well be what is reported of these.
 */
export async function loadReportedDays(read: ReadBook, links: readonly KeyLink[]): Promise<ReportedCell[]> {
  const linked = { group: 'linked', groupName: null };
  const others = { group: null, groupName: null };
  const storedIds = [...new Set(links.map(({ providerKeyId }) => providerKeyId))];
  const [reported, measured, linkedReported, linkedMeasured] = await Promise.all([
    read('reported', 'model', { and: 'kind' }),
    read('measured', 'kind'),
    links.length === 0
      ? []
      : read('reported', 'none', { only: { keyIds: links.map(({ openaiKeyId }) => openaiKeyId) } }),
    links.length === 0 ? [] : read('measured', 'kind', { only: { keyIds: storedIds } }),
  ]);
  const cells = createReportedCells();
  const addMeasured = (sums: BookSpanCost, place: typeof linked | typeof others, sign: 1 | -1) => {
    cells.addMeasured({ ...sums, ...place }, sign);
    if (sums.group === 'probe') cells.addProbes({ ...sums, ...place }, sign);
  };
  for (const sums of reported) cells.addReported({ ...sums, ...others }, 1);
  for (const sums of measured) addMeasured(sums, others, 1);
  for (const sums of linkedReported) {
    cells.addReported({ ...sums, ...others }, -1);
    cells.addReported({ ...sums, ...linked }, 1);
  }
  for (const sums of linkedMeasured) {
    addMeasured(sums, others, -1);
    addMeasured(sums, linked, 1);
  }
  return cells.all();
}
