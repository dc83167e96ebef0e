import type { OwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import type { Database } from '#db/database.js';
import { usageInserts } from '#domain/usage/usage-inserts.js';

export interface UsageData {
  tenantId: string;
  /** Of reported usage; a tenth as many events are measured. */
  rows: number;
  days: number;
  projects: number;
  keys: number;
  models: number;
}

const organizationId = '01900000-0000-7000-8000-000000000001';

/**
 * The usage of one busy organization, up to this hour, as the import and the clients' events leave it: raw rows in their
 * partitions, hours, bills. Few models and tiers make most of it, and every key uses many of them.
 * @param onDay called after each day
 */
export async function loadUsage(
  deps: { owner: OwnerConnection; db: Database },
  data: UsageData,
  onDay: (day: number) => void,
): Promise<void> {
  await addOrganization(deps.owner, data);
  for (let ago = data.days; ago >= -40; ago -= 20) {
    await deps.owner.query(`SELECT ensure_month_partitions((now() - make_interval(days => $1))::date)`, [ago]);
  }
  for (let ago = data.days - 1; ago >= 0; ago -= 1) {
    await addReportedDay(deps.owner, data, ago);
    await addMeasuredDay(deps.db, data, ago);
    await addBilledDay(deps.owner, data, ago);
    onDay(data.days - ago);
  }
  await addSyncs(deps.owner, data);
  await deps.owner.query('VACUUM ANALYZE');
}

/** What OpenAI showed in the middle of two days, whose bills and usage are divided there whenever the balance is read. */
async function addSyncs(owner: OwnerConnection, { tenantId }: UsageData): Promise<void> {
  await owner.query(
    `INSERT INTO ledger_entry (tenant_id, id, organization_id, kind, at, amount_usd, stated_usd, estimated_usd, day_billed_usd,
       hour_reported_usd, created_at, created_by)
     SELECT $1, gen_random_uuid(), $2, 'sync', at, 0, 1000000, 0, 0, 0, at, 'bench'
     FROM unnest(ARRAY[interval '20 days', interval '6 days']) AS ago,
       LATERAL (SELECT date_trunc('day', now(), 'UTC') - ago + interval '15:40' AS at) AS moment`,
    [tenantId, organizationId],
  );
}

async function addOrganization(owner: OwnerConnection, { tenantId, projects, keys, days }: UsageData): Promise<void> {
  const add = (sql: string, ...values: unknown[]) => owner.query(sql, [tenantId, organizationId, ...values]);
  await add(`INSERT INTO organization (tenant_id, id, provider_key_id, name, created_at, next_import_at, imported_at, inventory_at)
    SELECT $1, $2, id, 'Bench', now(), now() + interval '1 day', now(), now() FROM provider_key WHERE tenant_id = $1 LIMIT 1`);
  await add(
    `INSERT INTO openai_project (tenant_id, id, organization_id, name, is_archived, created_at, seen_at)
     SELECT $1, 'proj_' || n, $2, 'Project ' || n, n % 10 = 0, now() - interval '2 years', now() FROM generate_series(1, $3::int) n`,
    projects,
  );
  await add(
    `INSERT INTO openai_api_key (tenant_id, id, organization_id, project_id, name, redacted_value, created_at, has_owner_access,
       owner_type, seen_at, last_used_at, provider_key_id)
     SELECT $1, 'key_' || n, $2, 'proj_' || (n % $3::int + 1), 'Key ' || n, 'sk-…' || n, now() - interval '2 years', true,
       'service_account', now(), now(),
       (SELECT id FROM provider_key WHERE tenant_id = $1 ORDER BY id OFFSET n LIMIT 1)
     FROM generate_series(1, $4::int) n`,
    projects,
    keys,
  );
  await add(
    `INSERT INTO import_feed (tenant_id, organization_id, feed, known_from, known_to, hourly_from, is_backfilled, read_at)
     SELECT $1, $2, feed, date_trunc('day', now()) - make_interval(days => $3), now(), now() - interval '30 days', true, now()
     FROM unnest(ARRAY['completions', 'embeddings', 'costs']) AS feed`,
    days,
  );
}

/** Of `ago` days before today, as far as it has passed: what a row is of, drawn at random and most of it from few. */
const drawn = `
  SELECT date_trunc('day', now(), 'UTC') - make_interval(days => $3) + make_interval(hours => (random() * 23)::int) AS at,
    1 + (random() * random() * ($5::int - 1))::int AS key, 1 + (random() ^ 3 * ($6::int - 1))::int AS model,
    (ARRAY['default', 'default', 'default', 'default', 'default', 'batch', 'flex', 'priority'])[1 + (random() * 7)::int] AS tier,
    (ARRAY['completions', 'completions', 'completions', 'embeddings'])[1 + (random() * 3)::int] AS kind,
    (1 + random() * 90)::int AS requests, (1000 + random() * 90000)::int AS input, (10 + random() * 9000)::int AS output
  FROM generate_series(1, $4::int)`;

async function addReportedDay(owner: OwnerConnection, data: UsageData, ago: number): Promise<void> {
  await owner.query(
    `WITH drawn AS (${drawn}), row AS (
       INSERT INTO reported_usage (tenant_id, id, organization_id, kind, bucket_at, bucket_secs, project_id, user_id,
         api_key_id, model, service_tier, detail, requests, input_uncached_tokens, input_cached_tokens, cache_write_tokens,
         cache_write_12h_tokens, output_tokens, reasoning_tokens, audio_input_tokens, audio_cached_input_tokens,
         audio_output_tokens, image_input_tokens, image_cached_input_tokens, image_output_tokens, cost_usd, cost_basis,
         cost_reason, price_version)
       SELECT $1, gen_random_uuid(), $2, kind, at, 3600, 'proj_' || (key % $7::int + 1), 'user_' || key % 40, 'key_' || key,
         'gpt-bench-' || model, tier, '', requests, input, input / 4, 0, 0, output, 0, 0, 0, 0, 0, 0, 0,
         CASE WHEN model <> $6 THEN (input * 0.15 + output * 0.6) / 1000000 END,
         CASE WHEN model <> $6 THEN 'exact' ELSE 'unpriced' END, CASE WHEN model = $6 THEN 'unknown-model' END, 'bench'
       FROM drawn WHERE at <= now() RETURNING *)
     INSERT INTO reported_hourly
     SELECT tenant_id, organization_id, bucket_at, kind, project_id, api_key_id, model, service_tier, count(*), sum(requests),
       sum(input_uncached_tokens + input_cached_tokens), sum(input_cached_tokens), sum(output_tokens),
       COALESCE(sum(cost_usd), 0), COALESCE(sum(requests) FILTER (WHERE cost_usd IS NULL), 0), 0
     FROM row GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 3`,
    [data.tenantId, organizationId, ago, Math.round(data.rows / data.days), data.keys, data.models, data.projects],
  );
}

/** Events of a day, by the statement that records them. */
export async function addMeasuredDay(
  db: Database,
  { tenantId, rows, days, models }: UsageData,
  ago: number,
): Promise<void> {
  await withTenant(
    db,
    tenantId,
    (tx) => tx.$queryRaw`
      WITH stored AS (SELECT array_agg(id ORDER BY id) AS keys FROM provider_key WHERE tenant_id = ${tenantId}::uuid),
      used AS (
        SELECT gen_random_uuid() AS id, occurred_at, keys[1 + (random() * (cardinality(keys) - 1))::int] AS provider_key_id,
          'event' AS source, 'gpt-bench-' || (1 + (random() ^ 3 * (${models}::int - 1))::int) AS model,
          'default' AS service_tier, 1 AS requests, 800 AS "inputUncachedTokens", 200 AS "inputCachedTokens",
          0 AS "cacheWriteTokens", 0 AS "cacheWrite12hTokens", 90 AS "outputTokens", 0 AS "reasoningTokens",
          0 AS "audioInputTokens", 0 AS "audioCachedInputTokens", 0 AS "audioOutputTokens", 0 AS "imageInputTokens",
          0 AS "imageCachedInputTokens", 0 AS "imageOutputTokens", 0.000174 AS cost_usd, 'exact' AS cost_basis,
          NULL AS cost_reason, 'bench' AS price_version, NULL AS request_id,
          'customer-' || (random() * random() * 2000)::int AS end_user, NULL::jsonb AS tags
        FROM stored, generate_series(1, ${Math.round(rows / days / 10)}::int), LATERAL (
          SELECT date_trunc('day', now(), 'UTC') - make_interval(days => ${ago}::int) + random() * interval '24 hours' AS occurred_at
          WHERE generate_series > 0) AS t
        WHERE occurred_at <= now()
      ), ${usageInserts}
      SELECT count(*)::int FROM usage_row`,
  );
}

/** A line per key, model and kind of token for the models that are used most. */
async function addBilledDay(owner: OwnerConnection, { tenantId }: UsageData, ago: number): Promise<void> {
  await owner.query(
    `WITH line AS (
       INSERT INTO cost_line
       SELECT $1, $2, $3::date, project_id, api_key_id, model || ', ' || part, 'tokens', model, sum(cost_usd) / 2,
         sum(output_tokens)
       FROM reported_hourly, unnest(ARRAY['input', 'output']) AS part
       WHERE tenant_id = $1 AND hour >= $3::timestamptz AND hour < $3::timestamptz + interval '1 day'
         AND right(model, 2) IN ('-1', '-2', '-3', '-4', '-5')
       GROUP BY 3, 4, 5, 6, 8 RETURNING amount_usd)
     INSERT INTO billed_day SELECT $1, $2, $3::date, (SELECT sum(amount_usd) FROM line), now()`,
    [tenantId, organizationId, new Date(Date.now() - ago * 864e5).toISOString().slice(0, 10)],
  );
}
