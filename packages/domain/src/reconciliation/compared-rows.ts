import type { BilledCell } from './cells.js';
import type { ReportedCell } from './reported-cells.js';
import type { BooksScope } from './read-books-scope.js';
import type { DifferencePart } from './reconciliation.js';
import { addParts, newTally, type Tally } from './tally.js';

export interface ComparedRow {
  group: string | null;
  tally: Tally;
  /** Usage is reported that has no price. */
  hasUnpriced: boolean;
}

interface Rows {
  addBilled(group: string | null, cell: BilledCell, parts: readonly DifferencePart[]): void;
  addReported(group: string | null, cell: ReportedCell, parts: readonly DifferencePart[]): void;
  /** The row of a day whose costs or usage were read and are nothing has zero, not nothing. */
  ensureDay(group: string, day: string, scope: BooksScope): void;
  all(): ComparedRow[];
}

export function createRows(): Rows {
  const rows = new Map<string | null, ComparedRow>();
  const at = (group: string | null): ComparedRow => {
    const known = rows.get(group);
    if (known) return known;
    const row = { group, tally: newTally(), hasUnpriced: false };
    rows.set(group, row);
    return row;
  };
  return {
    addBilled(group, cell, parts) {
      const row = at(group);
      const { tally } = row;
      row.hasUnpriced ||= cell.hasUnpriced;
      if (cell.hasBilled) tally.billed = (tally.billed ?? 0n) + cell.billed;
      if (cell.hasReported) tally.reported = (tally.reported ?? 0n) + cell.reported;
      addParts(tally.billedParts, parts);
    },
    addReported(group, cell, parts) {
      const { tally } = at(group);
      if (cell.hasMeasured) tally.measured = (tally.measured ?? 0n) + cell.measured;
      addParts(tally.reportedParts, parts);
    },
    ensureDay(group, day, scope) {
      const { tally, hasUnpriced } = at(group);
      if (scope.isBilled(day)) tally.billed ??= 0n;
      if (scope.isReported(day) && !hasUnpriced) tally.reported ??= 0n;
    },
    all: () => [...rows.values()],
  };
}
