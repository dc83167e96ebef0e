import { nilUuid } from '#core/ids.js';
import { Prisma } from '#db/rows.js';
import { allCachedInputTokens, allInputTokens, allOutputTokens } from './token-sums.js';
import { usageColumnNames, usageCountNames } from './usage-columns.js';

const records = Prisma.sql`
  INSERT INTO usage_record (tenant_id, id, occurred_at, provider_key_id, source, model, service_tier,
    ${usageColumnNames}, cost_usd, cost_basis, cost_reason, price_version, request_id, end_user, tags)
  SELECT current_tenant_id(), id, occurred_at, provider_key_id, source, model, service_tier,
    ${usageCountNames}, cost_usd, cost_basis, cost_reason, price_version, request_id, end_user, tags
  FROM used
  RETURNING date_trunc('hour', occurred_at, 'UTC') AS hour, provider_key_id, source, model, service_tier, end_user, requests,
    ${allInputTokens} AS input, ${allCachedInputTokens} AS cached, ${allOutputTokens} AS output, cost_usd, cost_basis`;

/** Columns that all sums have, what of `usage_row` they are, and how a sum that is there takes in another. */
const sums = Prisma.sql`requests, input_tokens, input_cached_tokens, output_tokens, cost_usd, unpriced_requests,
  estimated_requests`;
const summed = Prisma.sql`sum(requests), sum(input), sum(cached), sum(output), coalesce(sum(cost_usd), 0),
  coalesce(sum(requests) FILTER (WHERE cost_basis = 'unpriced'), 0),
  coalesce(sum(requests) FILTER (WHERE cost_basis = 'estimated'), 0)`;
const added = Prisma.sql`requests = h.requests + excluded.requests,
  input_tokens = h.input_tokens + excluded.input_tokens,
  input_cached_tokens = h.input_cached_tokens + excluded.input_cached_tokens,
  output_tokens = h.output_tokens + excluded.output_tokens,
  cost_usd = h.cost_usd + excluded.cost_usd,
  unpriced_requests = h.unpriced_requests + excluded.unpriced_requests,
  estimated_requests = h.estimated_requests + excluded.estimated_requests`;

const noKey = Prisma.raw(`'${nilUuid}'`);

// In one order for everybody, so that two writers who add to the same hours wait for each other and never in a circle.
const hours = Prisma.sql`
  INSERT INTO usage_hourly AS h (tenant_id, hour, provider_key_id, source, model, service_tier, records, ${sums})
  SELECT current_tenant_id(), hour, coalesce(provider_key_id, ${noKey}), source, model, service_tier, count(*), ${summed}
  FROM usage_row
  GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 3, 2, 4, 5, 6
  ON CONFLICT (tenant_id, hour, provider_key_id, source, model, service_tier) DO UPDATE SET
    records = h.records + excluded.records, ${added}`;

const endUserHours = Prisma.sql`
  INSERT INTO end_user_hourly AS h (tenant_id, hour, end_user, ${sums})
  SELECT current_tenant_id(), hour, end_user, ${summed}
  FROM usage_row WHERE end_user IS NOT NULL
  GROUP BY 1, 2, 3 ORDER BY 2, 3
  ON CONFLICT (tenant_id, hour, end_user) DO UPDATE SET ${added}`;

/**
 * The parts of a `WITH` that record usage: each record, and its share of the hourly sums (of its end user too), in one
 * statement, so that sums and records agree whatever happens. `forgetDaySumsAt` comes before it. They read from the
 * part `used`, one row per record of the current tenant: `id`, `occurred_at`, `provider_key_id`, `source`, `model`,
 * `service_tier`, `usageCounts`, `cost_usd`, `cost_basis`, `cost_reason`, `price_version`, `request_id`, `end_user`,
 * `tags`.
 */
export const usageInserts = Prisma.sql`usage_row AS (${records}), usage_sum AS (${hours}),
  end_user_sum AS (${endUserHours})`;
