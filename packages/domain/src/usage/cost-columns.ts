import { formatUsdOrNull } from '#core/money.js';
import type { ColumnOf } from '#db/rows-of.js';
import type { Cost } from '#pricing/cost-of.js';

type RatedCost = Pick<Cost, 'costPicoUsd' | 'basis' | 'priceVersion'> & { reason?: string };

/** The columns that hold the cost of a record, of whatever book. */
export function costColumns<Row>(costOf: (row: Row) => RatedCost): readonly ColumnOf<Row>[] {
  return [
    { name: 'cost_usd', type: 'numeric', of: (row) => formatUsdOrNull(costOf(row).costPicoUsd) },
    { name: 'cost_basis', type: 'text', of: (row) => costOf(row).basis },
    { name: 'cost_reason', type: 'text', of: (row) => costReasonOf(costOf(row)) },
    { name: 'price_version', type: 'text', of: (row) => costOf(row).priceVersion },
  ];
}

/** Why a cost is not exact; null when it is. */
export function costReasonOf({ reason }: RatedCost): string | null {
  return reason ?? null;
}
