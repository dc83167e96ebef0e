import { newId } from '#core/ids.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { forgetDaySumsAt } from '#domain/books/forget-day-sums.js';
import { ensureMonths } from '#domain/operations/ensure-months.js';

export interface TestReported {
  /** The hour's beginning. */
  at: string;
  kind?: string;
  projectId?: string;
  apiKeyId?: string;
  model?: string;
  tier?: string;
  requests?: number;
  inputTokens?: number;
  outputTokens?: number;
  /** Decimal USD; null is unpriced. */
  costUsd?: string | null;
}

export interface TestBilled {
  /** `YYYY-MM-DD` */
  day: string;
  projectId?: string;
  apiKeyId?: string;
  lineItem?: string;
  model?: string;
  usd: string;
  /** When the day was read; default a week later. */
  readAt?: string;
}

/** A connected organization, opened by a stored key of that id, or else by one of its own that is deleted since. */
export async function addTestOrganization(
  db: Database,
  tenantId: string,
  input: { providerKeyId?: string; name?: string; at?: string; importErrorCode?: string } = {},
): Promise<string> {
  const id = newId();
  const at = new Date(input.at ?? '2026-11-01T00:00:00Z');
  await withTenant(db, tenantId, async (tx) => {
    const providerKeyId = input.providerKeyId ?? (await addDeletedAdminKey(tx));
    await tx.organization.deleteMany({ where: { tenantId, providerKeyId } });
    await tx.organization.create({
      data: {
        tenantId,
        id,
        providerKeyId,
        name: input.name ?? 'ACME',
        ...(input.importErrorCode && { importErrorCode: input.importErrorCode, importFailedAt: at }),
        createdAt: at,
        nextImportAt: at,
      },
    });
  });
  return id;
}

async function addDeletedAdminKey(tx: Tx): Promise<string> {
  const id = newId();
  await tx.$executeRaw`
    INSERT INTO provider_key (tenant_id, id, label, mask, model, probe_daily_cap_usd, kind, deleted_at)
    VALUES (current_tenant_id(), ${id}::uuid, ${id}, 'sk-…', 'm', 1, 'admin', now())`;
  return id;
}

/** Reported usage as whoever imports it writes it: rows, and their hourly sums. */
export async function addTestReported(
  db: Database,
  tenantId: string,
  organizationId: string,
  given: readonly TestReported[],
): Promise<void> {
  const rows = given.map((row) => ({
    id: newId(),
    bucket_at: row.at,
    kind: row.kind ?? 'completions',
    project_id: row.projectId ?? 'proj_a',
    api_key_id: row.apiKeyId ?? 'key_a',
    model: row.model ?? 'gpt-4o-mini-2024-07-18',
    service_tier: row.tier ?? 'default',
    requests: row.requests ?? 1,
    input: row.inputTokens ?? 10,
    output: row.outputTokens ?? 5,
    cost: row.costUsd === undefined ? '0.000001' : row.costUsd,
  }));
  const instants = given.map(({ at }) => new Date(at));
  await withTenant(db, tenantId, async (tx) => {
    await forgetDaySumsAt(tx, 'reported', instants);
    await ensureMonths(tx, instants);
    await tx.$executeRaw`
      WITH given AS (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g(id uuid, bucket_at timestamptz, kind text,
          project_id text, api_key_id text, model text, service_tier text, requests bigint, input bigint, output bigint,
          cost numeric)
      ), raw AS (
        INSERT INTO reported_usage (tenant_id, id, organization_id, kind, bucket_at, bucket_secs, project_id, user_id,
          api_key_id, model, service_tier, detail, requests, input_uncached_tokens, input_cached_tokens,
          cache_write_tokens, cache_write_12h_tokens, output_tokens, reasoning_tokens, audio_input_tokens,
          audio_cached_input_tokens, audio_output_tokens, image_input_tokens, image_cached_input_tokens,
          image_output_tokens, cost_usd, cost_basis, cost_reason, price_version)
        SELECT current_tenant_id(), id, ${organizationId}::uuid, kind, bucket_at, 3600, project_id, '', api_key_id, model,
          service_tier, '', requests, input, 0, 0, 0, output, 0, 0, 0, 0, 0, 0, 0, cost,
          CASE WHEN cost IS NULL THEN 'unpriced' ELSE 'exact' END,
          CASE WHEN cost IS NULL THEN 'unknown-model' END, 'test'
        FROM given
      )
      INSERT INTO reported_hourly AS h SELECT current_tenant_id(), ${organizationId}::uuid, bucket_at, kind, project_id,
        api_key_id, model, service_tier, count(*), sum(requests), sum(input), 0, sum(output), coalesce(sum(cost), 0),
        coalesce(sum(requests) FILTER (WHERE cost IS NULL), 0), 0
      FROM given GROUP BY 3, 4, 5, 6, 7, 8
      ON CONFLICT (tenant_id, hour, organization_id, kind, project_id, api_key_id, model, service_tier) DO UPDATE SET
        records = h.records + excluded.records, requests = h.requests + excluded.requests,
        input_tokens = h.input_tokens + excluded.input_tokens, output_tokens = h.output_tokens + excluded.output_tokens,
        cost_usd = h.cost_usd + excluded.cost_usd,
        unpriced_requests = h.unpriced_requests + excluded.unpriced_requests`;
  });
}

/** Billed costs as whoever imports them writes them: lines, and the days that were read. */
export async function addTestBilled(
  db: Database,
  tenantId: string,
  organizationId: string,
  given: readonly TestBilled[],
): Promise<void> {
  await withTenant(db, tenantId, async (tx) => {
    await forgetDaySumsAt(
      tx,
      'billed',
      given.map(({ day }) => new Date(day)),
    );
    for (const { day, projectId = 'proj_a', apiKeyId = 'key_a', lineItem, model = '', usd, readAt } of given) {
      const billedOn = new Date(`${day}T00:00:00Z`);
      await tx.costLine.create({
        data: {
          tenantId,
          organizationId,
          billedOn,
          projectId,
          apiKeyId,
          lineItem: lineItem ?? (model === '' ? 'Web search tool calls' : `${model}, input_tokens`),
          quantityUnit: '',
          model,
          amountUsd: usd,
        },
      });
      const read = new Date(readAt ?? billedOn.getTime() + 7 * 86_400_000);
      await tx.$executeRaw`
        INSERT INTO billed_day AS d (tenant_id, organization_id, billed_on, amount_usd, read_at)
        VALUES (current_tenant_id(), ${organizationId}::uuid, ${day}::date, ${usd}::numeric, ${read})
        ON CONFLICT (tenant_id, organization_id, billed_on)
        DO UPDATE SET amount_usd = d.amount_usd + excluded.amount_usd, read_at = excluded.read_at`;
    }
  });
}
