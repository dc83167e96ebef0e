import { newId } from '#core/ids.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';

export interface TestUsage {
  at: string;
  keyId?: string;
  source?: 'probe' | 'event';
  model?: string;
  inputTokens?: number;
  cachedTokens?: number;
  outputTokens?: number;
  /** Decimal USD; null is unpriced. */
  costUsd?: string | null;
}

const nilId = '00000000-0000-0000-0000-000000000000';

/** Usage records together with their hourly sums, as whoever records usage writes them. */
export async function addTestUsage(db: Database, tenantId: string, usages: readonly TestUsage[]): Promise<void> {
  const rows = usages.map((usage) => ({
    id: newId(),
    occurred_at: usage.at,
    provider_key_id: usage.keyId ?? null,
    source: usage.source ?? 'event',
    model: usage.model ?? 'gpt-4o-mini-2024-07-18',
    input: usage.inputTokens ?? 10,
    cached: usage.cachedTokens ?? 0,
    output: usage.outputTokens ?? 5,
    cost: usage.costUsd === undefined ? '0.000001' : usage.costUsd,
  }));
  const months = new Set(usages.map(({ at }) => `${at.slice(0, 7)}-01`));
  await withTenant(db, tenantId, async (tx) => {
    for (const month of months) await tx.$executeRaw`SELECT ensure_month_partitions(${month}::date)`;
    await tx.$executeRaw`
      WITH given AS (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g(id uuid, occurred_at timestamptz,
          provider_key_id uuid, source text, model text, input bigint, cached bigint, output bigint, cost numeric)
      ), record AS (
        INSERT INTO usage_record SELECT current_tenant_id(), id, occurred_at, provider_key_id, source, model, 'default', 1,
          input, cached, 0, 0, output, 0, 0, 0, 0, 0, 0, 0, cost, CASE WHEN cost IS NULL THEN 'unpriced' ELSE 'exact' END,
          CASE WHEN cost IS NULL THEN 'unknown-model' END, 'test', NULL
        FROM given
      )
      INSERT INTO usage_hourly AS h SELECT current_tenant_id(), date_trunc('hour', occurred_at, 'UTC'),
        COALESCE(provider_key_id, ${nilId}::uuid), source, model, 'default', count(*), count(*), sum(input + cached),
        sum(cached), sum(output), COALESCE(sum(cost), 0), count(*) FILTER (WHERE cost IS NULL), 0
      FROM given GROUP BY 2, 3, 4, 5 ORDER BY 2, 3, 4, 5
      ON CONFLICT (tenant_id, hour, provider_key_id, source, model, service_tier) DO UPDATE SET
        records = h.records + excluded.records, requests = h.requests + excluded.requests,
        input_tokens = h.input_tokens + excluded.input_tokens,
        input_cached_tokens = h.input_cached_tokens + excluded.input_cached_tokens,
        output_tokens = h.output_tokens + excluded.output_tokens, cost_usd = h.cost_usd + excluded.cost_usd,
        unpriced_requests = h.unpriced_requests + excluded.unpriced_requests`;
  });
}
