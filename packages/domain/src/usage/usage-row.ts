import { type PicoUsd, parseUsd } from '#core/money.js';
import { Prisma } from '#db/rows.js';
import type { UsageSource } from './usage-filter.js';

type CostBasis = 'exact' | 'estimated' | 'unpriced';

/** One usage record as it is shown. Token counts are disjoint, but `reasoningTokens`, which are part of the output. */
export interface UsageRow {
  id: string;
  occurredAt: Date;
  /** Null when the usage belongs to no stored key. */
  providerKeyId: string | null;
  /** Also of a key that was deleted since. */
  keyLabel: string | null;
  source: UsageSource;
  model: string;
  serviceTier: string;
  requests: number;
  inputUncachedTokens: number;
  inputCachedTokens: number;
  cacheWriteTokens: number;
  cacheWrite12hTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  audioInputTokens: number;
  audioCachedInputTokens: number;
  audioOutputTokens: number;
  imageInputTokens: number;
  imageCachedInputTokens: number;
  imageOutputTokens: number;
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

// Counts are bigint in Postgres and far below 2^53 in one record; as float8 they arrive as exact numbers.
const count = (column: string) => Prisma.raw(`r.${column}::float8`);

/** `SELECT …` of the rows that `toUsageRow` reads; the record is `r`, its key `k`. Money leaves as text. */
export const selectUsageRow = Prisma.sql`
  SELECT r.id::text, r.occurred_at AS "occurredAt", r.provider_key_id::text AS "providerKeyId", k.label AS "keyLabel",
    r.source, r.model, r.service_tier AS "serviceTier", ${count('requests')} AS requests,
    ${count('input_uncached_tokens')} AS "inputUncachedTokens", ${count('input_cached_tokens')} AS "inputCachedTokens",
    ${count('cache_write_tokens')} AS "cacheWriteTokens", ${count('cache_write_12h_tokens')} AS "cacheWrite12hTokens",
    ${count('output_tokens')} AS "outputTokens", ${count('reasoning_tokens')} AS "reasoningTokens",
    ${count('audio_input_tokens')} AS "audioInputTokens",
    ${count('audio_cached_input_tokens')} AS "audioCachedInputTokens",
    ${count('audio_output_tokens')} AS "audioOutputTokens", ${count('image_input_tokens')} AS "imageInputTokens",
    ${count('image_cached_input_tokens')} AS "imageCachedInputTokens",
    ${count('image_output_tokens')} AS "imageOutputTokens",
    r.cost_usd::text AS cost, r.cost_basis AS "costBasis", r.cost_reason AS "costReason",
    r.price_version AS "priceVersion", r.request_id AS "requestId", r.end_user AS "endUser", r.tags`;

export function toUsageRow(row: SelectedUsageRow): UsageRow {
  return Object.assign(row, { cost: row.cost === null ? null : parseUsd(row.cost) });
}
