import type { BookDay } from '../books/sum-book-by-day.js';
import type { ReadBook } from './book-reader.js';
import { isPriced } from './cells.js';
import type { ReportedFacts } from './explain-reported-difference.js';

export interface ReportedCell extends Omit<ReportedFacts, 'isProvisional'> {
  day: string;
  group: string | null;
  name: string | null;
  hasMeasured: boolean;
}

/** Where a measured group belongs; undefined where it is outside of what is compared. */
export type PlaceMeasured = (group: string | null) => { group: string | null; name?: string | null } | undefined;

/** What was reported and measured per UTC day and group. Measured usage has keys and models, but no projects. */
export async function loadReportedCells(
  read: ReadBook,
  by: 'model' | 'project' | 'key',
  { rowOf, placeMeasured }: { rowOf: (group: string | null) => string | null; placeMeasured: PlaceMeasured },
): Promise<ReportedCell[]> {
  const measuredBy = by === 'model' ? 'model' : 'key';
  const [reported, measured, probes] = await Promise.all([
    read('reported', by),
    read('measured', measuredBy),
    read('measured', measuredBy, { kind: 'probe' }),
  ]);
  const cells = new Map<string, ReportedCell>();
  const at = (day: string, group: string | null, name: string | null): ReportedCell => {
    const key = `${day} ${group ?? ''}`;
    const cell = cells.get(key) ?? { day, group, name, ...empty };
    cells.set(key, cell);
    return cell;
  };
  for (const sums of reported) {
    const cell = at(sums.day, rowOf(sums.group), sums.groupName);
    cell.reported += sums.cost;
    cell.requests += sums.requests;
    cell.unpricedRequests += sums.unpricedRequests;
    cell.estimatedRequests += sums.estimatedRequests;
  }
  const measuredAt = (sums: BookDay): ReportedCell | undefined => {
    const place = placeMeasured(sums.group);
    return place && at(sums.day, place.group, place.name === undefined ? sums.groupName : place.name);
  };
  for (const sums of measured) {
    const cell = measuredAt(sums);
    if (!cell) continue;
    cell.measured += sums.cost;
    cell.measuredUnpricedRequests += sums.unpricedRequests;
    cell.hasMeasured ||= isPriced(sums);
  }
  for (const sums of probes) {
    const cell = measuredAt(sums);
    if (cell) cell.probes += sums.cost;
  }
  return [...cells.values()];
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
