import { Prisma } from '#db/rows.js';
import { withMeasuredFigures } from '#domain/books/book-figures.js';
import { selectUsageRow } from '#domain/usage/usage-row.js';

interface Query {
  text: string;
  values: unknown[];
}

/** What the first page of GET /keys reads: 50 keys, and their probes of a day. */
export function bareKeysPage(tenantId: string): Query[] {
  const keys = Prisma.sql`
    SELECT id, kind, label, mask, model, probe_mode, probe_interval_secs, probe_daily_cap_usd, is_active, created_at,
      next_probe_at, health, health_since, health_at, consecutive_failures, last_probe_at, last_ok_at, last_outcome,
      last_http_status, last_error_code, last_error_message, last_request_id, last_latency_ms
    FROM provider_key WHERE tenant_id = ${tenantId}::uuid AND deleted_at IS NULL ORDER BY id LIMIT 51`;
  const probes = Prisma.sql`
    SELECT k.id::text, total, ok, total - ok
    FROM (SELECT id FROM provider_key WHERE tenant_id = ${tenantId}::uuid AND deleted_at IS NULL ORDER BY id LIMIT 50) k,
      LATERAL (
        SELECT sum(runs)::float8 AS total, sum(runs) FILTER (WHERE outcome = 'ok')::float8 AS ok FROM probe_hourly
        WHERE tenant_id = ${tenantId}::uuid AND provider_key_id = k.id
          AND hour >= date_trunc('hour', now()) - interval '23 hours'
      ) AS h`;
  return [keys, probes].map(toQuery);
}

/** What GET /data?limit=100 reads: 100 records, and the totals of all. */
export function bareUsagePage(tenantId: string): Query[] {
  const records = Prisma.sql`
    ${selectUsageRow} FROM (
      SELECT * FROM usage_record WHERE tenant_id = ${tenantId}::uuid ORDER BY occurred_at DESC, id DESC LIMIT 101
    ) r LEFT JOIN provider_key k ON k.tenant_id = r.tenant_id AND k.id = r.provider_key_id
    ORDER BY r.occurred_at DESC, r.id DESC`;
  const totals = Prisma.sql`
    ${withMeasuredFigures(tenantId, { from: undefined, to: undefined, by: 'none', only: {} })}
    SELECT COALESCE(sum(records), 0)::float8, COALESCE(sum(requests), 0)::float8, COALESCE(sum(input_tokens), 0)::float8,
      COALESCE(sum(input_cached_tokens), 0)::float8, COALESCE(sum(output_tokens), 0)::float8,
      COALESCE(sum(cost_usd), 0)::text, COALESCE(sum(unpriced_requests), 0)::float8,
      COALESCE(sum(estimated_requests), 0)::float8
    FROM figure`;
  return [records, totals].map(toQuery);
}

const toQuery = (sql: Prisma.Sql): Query => ({ text: sql.text, values: sql.values });
