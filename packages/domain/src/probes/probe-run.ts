import { idMadeAt } from '#core/ids.js';
import { formatUsdOrNull, parseUsdOrNull } from '#core/money.js';
import type { Database } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import type { ProbeCallMode } from '#openai/probe-call.js';
import type { ProbeFinding } from '#openai/probe-finding.js';

type KeptOfFinding = Pick<
  ProbeFinding,
  'outcome' | 'httpStatus' | 'errorCode' | 'errorMessage' | 'latencyMs' | 'requestId' | 'rateLimit'
>;

/** One execution of a probe, with what it cost. */
export interface ProbeRunView extends KeptOfFinding {
  id: string;
  providerKeyId: string;
  startedAt: Date;
  trigger: string;
  mode: ProbeCallMode;
  model: string;
  /** Decimal USD; null when it is unknown (`costBasis` is `unpriced`) or nothing was consumed (`costBasis` is null). */
  costUsd: string | null;
  costBasis: 'exact' | 'estimated' | 'unpriced' | null;
  costReason: string | null;
}

const columns = Prisma.sql`
  r.id, r.provider_key_id AS "providerKeyId", r.started_at AS "startedAt", r.trigger, r.mode, r.model, r.outcome,
  r.http_status AS "httpStatus", r.error_code AS "errorCode", r.error_message AS "errorMessage",
  r.latency_ms AS "latencyMs", r.request_id AS "requestId", r.rate_limit AS "rateLimit",
  u.cost_usd::text AS "costUsd", u.cost_basis AS "costBasis", u.cost_reason AS "costReason"`;

// A run and its usage share tenant, time and id, so the join meets one row of one partition.
const runWithUsage = Prisma.sql`
  probe_run r LEFT JOIN usage_record u
    ON u.tenant_id = r.tenant_id AND u.occurred_at = r.started_at AND u.id = r.id`;

/** The run with this id, or null while it has no result. `id` is a UUIDv7, whose time says where to begin looking. */
export async function findProbeRun(
  deps: { db: Database },
  tenantId: string,
  { providerKeyId, id }: { providerKeyId: string; id: string },
): Promise<ProbeRunView | null> {
  const claimedAt = idMadeAt(id);
  const rows = await withTenant(
    deps.db,
    tenantId,
    // A day of slack for clocks that differ. There is no upper end: what a dead worker left may be carried out much later.
    (tx) => tx.$queryRaw<ProbeRunView[]>`
      SELECT ${columns} FROM ${runWithUsage}
      WHERE r.tenant_id = current_tenant_id() AND r.provider_key_id = ${providerKeyId}::uuid AND r.id = ${id}::uuid
        AND r.started_at >= ${claimedAt}::timestamptz - interval '1 day'`,
  );
  return rows[0] ? trimmed(rows[0]) : null;
}

export interface ProbeRunCursor {
  startedAt: Date;
  id: string;
}

/** One page of a key's runs, newest first. `next` is the `before` of the following page, null on the last. */
export async function listProbeRuns(
  deps: { db: Database },
  tenantId: string,
  { providerKeyId, before, limit }: { providerKeyId: string; before?: ProbeRunCursor | undefined; limit: number },
): Promise<{ items: ProbeRunView[]; next: ProbeRunCursor | null }> {
  const older = before
    ? Prisma.sql`AND (r.started_at, r.id) < (${before.startedAt}::timestamptz, ${before.id}::uuid)`
    : Prisma.empty;
  const rows = await withTenant(
    deps.db,
    tenantId,
    (tx) => tx.$queryRaw<ProbeRunView[]>`
      SELECT ${columns} FROM ${runWithUsage}
      WHERE r.tenant_id = current_tenant_id() AND r.provider_key_id = ${providerKeyId}::uuid ${older}
      ORDER BY r.started_at DESC, r.id DESC LIMIT ${limit + 1}::int`,
  );
  const items = rows.slice(0, limit).map(trimmed);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? { startedAt: last.startedAt, id: last.id } : null };
}

/** Postgres writes money with all its decimals. */
function trimmed(row: ProbeRunView): ProbeRunView {
  return { ...row, costUsd: formatUsdOrNull(parseUsdOrNull(row.costUsd)) };
}
