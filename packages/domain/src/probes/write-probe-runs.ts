import type { Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { usageCounts } from '../usage/usage-columns.js';
import { usageInserts } from '../usage/usage-inserts.js';
import type { ProbeRunRow } from './record-probe-runs.js';

/**
 * One statement for a batch of runs: history, usage, both rollups and the keys' health. The rows travel as one JSON
 * value, because a statement per run would cost more than the probe itself.
 */
export async function writeProbeRuns(tx: Tx, rows: readonly ProbeRunRow[]): Promise<void> {
  await tx.$executeRaw`
    WITH result AS (${resultsFrom(rows)}),
      run AS (${insertRuns}),
      used AS (${resultsWithUsage}),
      ${usageInserts},
      probe_sum AS (${addToProbeHours})
    ${updateKeys}`;
}

function resultsFrom(rows: readonly ProbeRunRow[]): Prisma.Sql {
  return Prisma.sql`
  SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows, storable)}::jsonb) AS r(
    run_id uuid, provider_key_id uuid, trigger text, mode text, model text, started_at timestamptz, outcome text,
    http_status int, error_code text, error_message text, latency_ms int, request_id text, rate_limit jsonb,
    usage jsonb, service_tier text, cost_usd numeric, cost_basis text, cost_reason text, price_version text,
    judges_key boolean, health text, health_since timestamptz, health_at timestamptz, consecutive_failures int,
    next_probe_at timestamptz)`;
}

/**
 * Postgres stores neither NUL nor half a surrogate pair, and a provider's text may hold either, were it only because it
 * was cut to length. Without this one such text would fail its whole batch, again and again.
 */
function storable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value.replaceAll('\0', '')).toString() : value;
}

const insertRuns = Prisma.sql`
  INSERT INTO probe_run (tenant_id, id, started_at, provider_key_id, trigger, mode, model, outcome, http_status,
                         error_code, error_message, latency_ms, request_id, rate_limit)
  SELECT current_tenant_id(), run_id, started_at, provider_key_id, trigger, mode, model, outcome, http_status,
         error_code, error_message, latency_ms, request_id, rate_limit
  FROM result`;

const resultsWithUsage = Prisma.sql`
  SELECT run_id AS id, started_at AS occurred_at, provider_key_id, 'probe' AS source, model, service_tier, u.*, cost_usd,
    cost_basis, cost_reason, price_version, request_id, NULL AS end_user, NULL::jsonb AS tags
  FROM result, jsonb_to_record(result.usage) AS u(${usageCounts})
  WHERE cost_basis IS NOT NULL`;

const addToProbeHours = Prisma.sql`
  INSERT INTO probe_hourly AS h (tenant_id, provider_key_id, hour, outcome, runs, latency_sum_ms)
  SELECT current_tenant_id(), provider_key_id, date_trunc('hour', started_at, 'UTC'), outcome, count(*),
         sum(latency_ms)
  FROM result
  GROUP BY 1, 2, 3, 4 ORDER BY 2, 3
  ON CONFLICT (tenant_id, provider_key_id, hour, outcome) DO UPDATE SET
    runs = h.runs + excluded.runs, latency_sum_ms = h.latency_sum_ms + excluded.latency_sum_ms`;

const updateKeys = Prisma.sql`
  UPDATE provider_key k SET
    health = r.health, health_since = r.health_since, health_at = r.health_at,
    consecutive_failures = r.consecutive_failures, next_probe_at = coalesce(r.next_probe_at, k.next_probe_at),
    last_probe_at = r.started_at, last_outcome = r.outcome, last_http_status = r.http_status,
    last_error_code = r.error_code, last_error_message = r.error_message, last_request_id = r.request_id,
    last_latency_ms = r.latency_ms,
    last_ok_at = CASE WHEN r.outcome = 'ok' THEN r.started_at ELSE k.last_ok_at END
  FROM result r
  WHERE k.tenant_id = current_tenant_id() AND k.id = r.provider_key_id AND r.judges_key`;
