import { type PicoUsd, parseUsdOrNull } from '#core/money.js';
import { Prisma } from '#db/rows.js';
import type { Usage } from '#pricing/usage.js';
import { usageColumns } from './usage-columns.js';
import type { UsageSource } from './usage-filter.js';

type CostBasis = 'exact' | 'estimated' | 'unpriced';

/** One usage record as it is shown. */
export interface UsageRow extends Usage {
  id: string;
  occurredAt: Date;
  /** Null when the usage belongs to no stored key. */
  providerKeyId: string | null;
  /** Also of a key that was deleted since. */
  keyLabel: string | null;
  source: UsageSource;
  model: string;
  serviceTier: string;
  /** Null when the model has no known price; never zero for that reason. */
  cost: PicoUsd | null;
  costBasis: CostBasis;
  /** Why the cost is not exact; null when it is. */
  costReason: string | null;
  priceVersion: string;
  /** OpenAI's. */
  requestId: string | null;
  /** For whom the call was made and what else its caller said of it; only of usage that clients report. */
  endUser: string | null;
  tags: Record<string, string> | null;
}

export type SelectedUsageRow = Omit<UsageRow, 'cost'> & { cost: string | null };

/** `SELECT …` of the rows that `toUsageRow` reads; the record is `r`, its key `k`. Money leaves as text. */
export const selectUsageRow = Prisma.sql`
  SELECT r.id::text, r.occurred_at AS "occurredAt", r.provider_key_id::text AS "providerKeyId", k.label AS "keyLabel",
    r.source, r.model, r.service_tier AS "serviceTier", ${usageColumns},
    r.cost_usd::text AS cost, r.cost_basis AS "costBasis", r.cost_reason AS "costReason",
    r.price_version AS "priceVersion", r.request_id AS "requestId", r.end_user AS "endUser", r.tags`;

export function toUsageRow(row: SelectedUsageRow): UsageRow {
  return Object.assign(row, { cost: parseUsdOrNull(row.cost) });
}
