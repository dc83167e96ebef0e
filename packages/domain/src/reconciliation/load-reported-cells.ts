import type { BookDay } from '../books/sum-book-by-day.js';
import type { ReadBook } from './book-reader.js';
import { isPriced } from './cells.js';
import type { ReportedFacts } from './explain-reported-difference.js';
import type { KeyLink } from './read-books-scope.js';

export interface ReportedCell extends Omit<ReportedFacts, 'isProvisional'> {
  day: string;
  group: string | null;
  name: string | null;
  hasMeasured: boolean;
}

/** What was reported and measured per day and group. */
export async function loadReportedCells(
  read: ReadBook,
  by: 'model' | 'project' | 'key',
  rowOf: (group: string | null) => string | null,
): Promise<ReportedCell[]> {
  const [reported, measured, probes] = await Promise.all([
    read('reported', by),
    read('measured', by),
    read('measured', by, { kind: 'probe' }),
  ]);
  const cells = createReportedCells();
  for (const sums of reported) cells.addReported({ ...sums, group: rowOf(sums.group) }, 1);
  for (const sums of measured) cells.addMeasured(sums, 1);
  for (const sums of probes) cells.addProbes(sums, 1);
  return cells.all();
}

/** The same per day alone: keys that are stored and known at OpenAI, and all others, which may well be each other's. */
export async function loadReportedDays(read: ReadBook, links: readonly KeyLink[]): Promise<ReportedCell[]> {
  const linked = { group: 'linked', groupName: null };
  const others = { group: null, groupName: null };
  const storedIds = [...new Set(links.map(({ providerKeyId }) => providerKeyId))];
  const [reported, measured, linkedReported, linkedMeasured] = await Promise.all([
    read('reported', 'kind'),
    read('measured', 'kind'),
    links.length === 0 ? [] : read('reported', 'none', { keyIds: links.map(({ openaiKeyId }) => openaiKeyId) }),
    links.length === 0 ? [] : read('measured', 'kind', { keyIds: storedIds }),
  ]);
  const cells = createReportedCells();
  const addMeasured = (sums: BookDay, place: typeof linked | typeof others, sign: 1 | -1) => {
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

function createReportedCells() {
  const cells = new Map<string, ReportedCell>();
  const at = ({ day, group, groupName }: BookDay): ReportedCell => {
    const key = `${day} ${group ?? ''}`;
    const cell = cells.get(key) ?? { day, group, name: groupName, ...empty };
    cells.set(key, cell);
    return cell;
  };
  return {
    addReported(sums: BookDay, sign: 1 | -1) {
      const cell = at(sums);
      cell.reported += BigInt(sign) * sums.cost;
      cell.requests += sign * sums.requests;
      cell.unpricedRequests += sign * sums.unpricedRequests;
      cell.estimatedRequests += sign * sums.estimatedRequests;
    },
    addMeasured(sums: BookDay, sign: 1 | -1) {
      const cell = at(sums);
      cell.measured += BigInt(sign) * sums.cost;
      cell.measuredUnpricedRequests += sign * sums.unpricedRequests;
      if (sign === 1) cell.hasMeasured ||= isPriced(sums);
    },
    addProbes(sums: BookDay, sign: 1 | -1) {
      at(sums).probes += BigInt(sign) * sums.cost;
    },
    all: () => [...cells.values()],
  };
}

const empty = {
  reported: 0n,
  measured: 0n,
  probes: 0n,
  requests: 0,
  estimatedRequests: 0,
  unpricedRequests: 0,
  measuredUnpricedRequests: 0,
  hasMeasured: false,
};
