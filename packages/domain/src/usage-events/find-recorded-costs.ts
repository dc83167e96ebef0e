import { type PicoUsd, parseUsdOrNull } from '#core/money.js';
import type { Tx } from '#db/database.js';

export interface RecordedCost {
  costPicoUsd: PicoUsd | null;
  basis: 'exact' | 'estimated' | 'unpriced';
}

/** What events that were recorded before cost, by id. Those whose record is gone by now are missing. */
export async function findRecordedCosts(tx: Tx, ids: readonly string[]): Promise<Map<string, RecordedCost>> {
  if (ids.length === 0) return new Map();
  // Record by record through its whole primary key: a join could be planned as a walk over all partitions.
  const rows = await tx.$queryRaw<{ id: string; costUsd: string | null; basis: RecordedCost['basis'] }[]>`
    SELECT k.id::text, r.cost_usd::text AS "costUsd", r.cost_basis AS basis
    FROM usage_event_key k, LATERAL (
      SELECT cost_usd, cost_basis FROM usage_record
      WHERE tenant_id = current_tenant_id() AND occurred_at = k.occurred_at AND id = k.id LIMIT 1
    ) r
    WHERE k.tenant_id = current_tenant_id() AND k.id = ANY(${ids}::uuid[])`;
  return new Map(rows.map(({ id, costUsd, basis }) => [id, { costPicoUsd: parseUsdOrNull(costUsd), basis }]));
}
