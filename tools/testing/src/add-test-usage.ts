import { newId } from '#core/ids.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { forgetDaySumsAt } from '#domain/books/forget-day-sums.js';
import { ensureMonths } from '#domain/operations/ensure-months.js';
import { usageCounts } from '#domain/usage/usage-columns.js';
import { usageInserts } from '#domain/usage/usage-inserts.js';
import { emptyUsage } from '#pricing/usage.js';

export interface TestUsage {
  at: string;
  keyId?: string;
  source?: 'probe' | 'event';
  model?: string;
  tier?: string;
  inputTokens?: number;
  cachedTokens?: number;
  outputTokens?: number;
  /** Decimal USD; null is unpriced. */
  costUsd?: string | null;
  endUser?: string;
}

/** Usage records together with their sums, as whoever records usage writes them. */
export async function addTestUsage(db: Database, tenantId: string, usages: readonly TestUsage[]): Promise<void> {
  const rows = usages.map((usage) => ({
    ...emptyUsage,
    id: newId(),
    occurred_at: usage.at,
    provider_key_id: usage.keyId ?? null,
    source: usage.source ?? 'event',
    model: usage.model ?? 'gpt-4o-mini-2024-07-18',
    service_tier: usage.tier ?? 'default',
    requests: 1,
    inputUncachedTokens: usage.inputTokens ?? 10,
    inputCachedTokens: usage.cachedTokens ?? 0,
    outputTokens: usage.outputTokens ?? 5,
    cost_usd: usage.costUsd === undefined ? '0.000001' : usage.costUsd,
    end_user: usage.endUser ?? null,
  }));
  const instants = usages.map(({ at }) => new Date(at));
  await withTenant(db, tenantId, async (tx) => {
    await forgetDaySumsAt(tx, 'measured', instants);
    await ensureMonths(tx, instants);
    await tx.$queryRaw`
      WITH used AS (
        SELECT *, CASE WHEN cost_usd IS NULL THEN 'unpriced' ELSE 'exact' END AS cost_basis,
          CASE WHEN cost_usd IS NULL THEN 'unknown-model' END AS cost_reason, 'test' AS price_version,
          NULL AS request_id, NULL::jsonb AS tags
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g(id uuid, occurred_at timestamptz,
          provider_key_id uuid, source text, model text, service_tier text, cost_usd numeric, end_user text, ${usageCounts})
      ), ${usageInserts}
      SELECT count(*)::int FROM usage_row`;
  });
}
