import type { PicoUsd } from '#core/money.js';
import type { BookSpanCost } from '../books/sum-book-by-span.js';
import { createCellMap } from './cell-map.js';
import type { BilledFacts } from './explain-billed-difference.js';

/** One span of UTC days and one group. */
interface Place {
  /** The first of the span. */
  day: string;
  group: string | null;
}

export interface BilledCell extends Place, BilledFacts {
  /** Whether a book has a figure here: of usage, not while none of it has a price. */
  hasBilled: boolean;
  hasReported: boolean;
  /** Usage is reported here that has no price. */
  hasUnpriced: boolean;
  /** The one model that it is of; null: of none, or of several. */
  model: string | null;
}

/** Each takes the group that the sums count for; default: their own. */
export interface Cells {
  addBilled(sums: BookSpanCost, sign: 1 | -1, group?: string | null): void;
  addReported(sums: BookSpanCost, sign: 1 | -1, group?: string | null): void;
  addFees(sums: BookSpanCost, book: 'billed' | 'reported', sign: 1 | -1, group?: string | null): void;
  all(): BilledCell[];
}

/** Sums from several questions, put together per span and group; `rowOf` says which group a group belongs to. */
export function createCells(rowOf: (group: string | null) => string | null = (group) => group): Cells {
  const cells = createCellMap<BilledCell>((day, group) => ({ day, group, ...empty }));
  return {
    addBilled(sums, sign, group = sums.group) {
      const cell = cells.at(sums.day, rowOf(group));
      cell.billed += signed(sums.cost, sign);
      cell.hasBilled = true;
    },
    addReported(sums, sign, group = sums.group) {
      const cell = cells.at(sums.day, rowOf(group));
      cell.reported += signed(sums.cost, sign);
      cell.requests += sign * sums.requests;
      cell.unpricedRequests += sign * sums.unpricedRequests;
      cell.estimatedRequests += sign * sums.estimatedRequests;
      if (sign === -1) return;
      cell.hasReported ||= isPriced(sums);
      cell.hasUnpriced ||= sums.unpricedRequests > 0 || !isPriced(sums);
    },
    addFees(sums, book, sign, group = sums.group) {
      cells.at(sums.day, rowOf(group))[book === 'billed' ? 'billedFees' : 'reportedFees'] += signed(sums.cost, sign);
    },
    all: () => cells.all(),
  };
}

/** What is unpriced in whole is unknown, and not nothing; so are stored bytes, which count no requests. */
export function isPriced({ cost, requests, unpricedRequests }: BookSpanCost): boolean {
  return cost !== 0n || requests > unpricedRequests;
}

export function signed(amount: PicoUsd, sign: 1 | -1): PicoUsd {
  return sign === 1 ? amount : -amount;
}

const empty = {
  billed: 0n,
  reported: 0n,
  billedFees: 0n,
  reportedFees: 0n,
  requests: 0,
  unpricedRequests: 0,
  estimatedRequests: 0,
  hasBilled: false,
  hasReported: false,
  hasUnpriced: false,
  model: null,
};
