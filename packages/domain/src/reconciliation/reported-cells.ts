import type { BookSpanCost } from '../books/sum-book-by-span.js';
import { createCellMap } from './cell-map.js';
import { isPriced, signed } from './cells.js';
import type { ReportedFacts } from './explain-reported-difference.js';

export interface ReportedCell extends ReportedFacts {
  /** The first of the span. */
  day: string;
  group: string | null;
  hasMeasured: boolean;
}

/** Sums from several questions, put together per span and group: that of the sums, or the one that they count for. */
export function createReportedCells() {
  const cells = createCellMap<ReportedCell>((day, group) => ({ day, group, ...empty }));
  return {
    addReported(sums: BookSpanCost, sign: 1 | -1, group = sums.group) {
      const cell = cells.at(sums.day, group);
      cell.reported += signed(sums.cost, sign);
      cell.requests += sign * sums.requests;
      cell.unpricedRequests += sign * sums.unpricedRequests;
      cell.estimatedRequests += sign * sums.estimatedRequests;
    },
    addMeasured(sums: BookSpanCost, sign: 1 | -1, group = sums.group) {
      const cell = cells.at(sums.day, group);
      cell.measured += signed(sums.cost, sign);
      cell.measuredRequests += sign * sums.requests;
      cell.measuredUnpricedRequests += sign * sums.unpricedRequests;
      if (sign === 1) cell.hasMeasured ||= isPriced(sums);
    },
    addProbes(sums: BookSpanCost, sign: 1 | -1, group = sums.group) {
      cells.at(sums.day, group).probes += signed(sums.cost, sign);
    },
    all: () => cells.all(),
  };
}

const empty = {
  reported: 0n,
  measured: 0n,
  probes: 0n,
  requests: 0,
  estimatedRequests: 0,
  unpricedRequests: 0,
  measuredRequests: 0,
  measuredUnpricedRequests: 0,
  hasMeasured: false,
};
