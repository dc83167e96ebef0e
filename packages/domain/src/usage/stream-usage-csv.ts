import type { Clock } from '#core/clock.js';
import { formatUsdOrNull } from '#core/money.js';
import type { Database } from '#db/database.js';
import { toCsv } from '../csv/to-csv.js';
import { listUsage } from './list-usage.js';
import type { UsageFilter } from './usage-filter.js';
import type { UsageRow } from './usage-row.js';

const batchRows = 1_000;

/** Column name → value, in the order of the file. */
const columns: Record<string, (row: UsageRow) => string | number | null> = {
  occurred_at: (row) => row.occurredAt.toISOString(),
  key_label: (row) => row.keyLabel,
  key_id: (row) => row.providerKeyId,
  source: (row) => row.source,
  model: (row) => row.model,
  service_tier: (row) => row.serviceTier,
  requests: (row) => row.requests,
  input_uncached_tokens: (row) => row.inputUncachedTokens,
  input_cached_tokens: (row) => row.inputCachedTokens,
  cache_write_tokens: (row) => row.cacheWriteTokens,
  cache_write_12h_tokens: (row) => row.cacheWrite12hTokens,
  output_tokens: (row) => row.outputTokens,
  reasoning_tokens: (row) => row.reasoningTokens,
  audio_input_tokens: (row) => row.audioInputTokens,
  audio_cached_input_tokens: (row) => row.audioCachedInputTokens,
  audio_output_tokens: (row) => row.audioOutputTokens,
  image_input_tokens: (row) => row.imageInputTokens,
  image_cached_input_tokens: (row) => row.imageCachedInputTokens,
  image_output_tokens: (row) => row.imageOutputTokens,
  cost_usd: (row) => formatUsdOrNull(row.cost),
  cost_basis: (row) => row.costBasis,
  cost_reason: (row) => row.costReason,
  price_version: (row) => row.priceVersion,
  request_id: (row) => row.requestId,
  end_user: (row) => row.endUser,
  tags: (row) => row.tags && JSON.stringify(row.tags),
  id: (row) => row.id,
};

/**
 * Usage records as CSV (RFC 4180), newest first: the header line, then pieces of up to 1,000 rows. At most one piece is
 * in memory and no transaction outlives its piece. What occurs after the start is left out. A cost that is not known is
 * an empty field. Text that a spreadsheet would run as a formula is preceded by an apostrophe.
 */
export async function* streamUsageCsv(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  filter: UsageFilter,
): AsyncGenerator<string, void, undefined> {
  yield toCsv([Object.keys(columns)]);
  const to = filter.to ?? deps.clock.now();
  let after: string | undefined;
  do {
    const page = await listUsage(deps, tenantId, { ...filter, to }, { after, limit: batchRows });
    yield toCsv(page.items.map((row) => Object.values(columns).map((value) => value(row))));
    after = page.next ?? undefined;
  } while (after !== undefined);
}
