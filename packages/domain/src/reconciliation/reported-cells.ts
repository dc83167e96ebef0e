import type { BookSpanCost } from '../books/sum-book-by-span.js';
import { isPriced } from './cells.js';
import type { ReportedFacts } from './explain-reported-difference.js';

export interface ReportedCell extends ReportedFacts {
  /** The first of the span. */
  day: string;
  group: string | null;
  name: string | null;
  hasMeasured: boolean;
}

/** Sums from several questions, put together per span and group. */
export function createReportedCells() {
  const cells = new Map<string, ReportedCell>();
  const at = ({ day, group, groupName }: BookSpanCost): ReportedCell => {
    const key = `${day} ${group ?? ''}`;
    const known = cells.get(key);
    if (known) return known;
    const made = { day, group, name: groupName, ...empty };
    cells.set(key, made);
    return made;
  };
  return {
    addReported(sums: BookSpanCost, sign: 1 | -1) {
      const cell = at(sums);
      cell.reported += BigInt(sign) * sums.cost;
      cell.requests += sign * sums.requests;
      cell.unpricedRequests += sign * sums.unpricedRequests;
      cell.estimatedRequests += sign * sums.estimatedRequests;
    },
    addMeasured(sums: BookSpanCost, sign: 1 | -1) {
      const cell = at(sums);
      cell.measured += BigInt(sign) * sums.cost;
      cell.measuredUnpricedRequests += sign * sums.unpricedRequests;
      if (sign === 1) cell.hasMeasured ||= isPriced(sums);
    },
    addProbes(sums: BookSpanCost, sign: 1 | -1) {
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
