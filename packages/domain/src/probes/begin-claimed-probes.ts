import type { Clock } from '#core/clock.js';
import { parseUsd, type PicoUsd } from '#core/money.js';
import type { SecretString } from '#core/secret-string.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database, Tx } from '#db/database.js';
import { Prisma } from '#db/rows.js';
import { withTenant } from '#db/with-tenant.js';
import { secretUseInsert } from '../audit/secret-use-insert.js';
import { regionalKeys } from '../openai-projects/regional-usage.js';
import { openProviderKeyIfPossible } from '../provider-keys/open-provider-key.js';
import { type ProbeMode, probeModeOf, type ProviderKeyKind } from '../provider-keys/provider-key.js';
import { readTenantDataKeys } from '../provider-keys/tenant-data-keys.js';

/** One probe that this process may carry out now. */
export interface BegunProbe {
  tenantId: string;
  runId: string;
  providerKeyId: string;
  trigger: string;
  /** Until when this attempt is the only one; also tells it from a later attempt at the same run. */
  leaseExpiresAt: Date;
  kind: ProviderKeyKind;
  mode: ProbeMode;
  model: string;
  /** Known to be of a project that is processed in a region. */
  isRegional: boolean;
  /** Tells this secret from one that replaces it while the probe is under way. */
  secretRevision: number;
  /** Null when the stored key cannot be opened. */
  secret: SecretString | null;
  dailyCapPicoUsd: PicoUsd;
  /** What paid probes of the key have cost so far in this UTC day; unpriced ones are counted apart. */
  spentTodayPicoUsd: PicoUsd;
  unpricedToday: number;
}

interface ClaimedKeyRow {
  id: string;
  runId: string;
  trigger: string;
  kind: ProviderKeyKind;
  probeMode: ProbeMode;
  model: string;
  isRegional: boolean;
  sealedSecret: Uint8Array | null;
  secretRevision: number;
  dailyCapUsd: string;
  spentTodayUsd: string;
  unpricedToday: number;
}

/**
 * Begins the present attempt of each claim, and opens its key. A claim whose attempt was begun before (the job came
 * twice), that has its result already, or that is another tenant's is left out, and so is one whose key was deleted or whose
 * tenant is suspended or deleted. How many secrets that opens is counted for the audit.
 * @param leaseMs for how long nobody else may begin a further attempt: longer than a probe can take
 */
export async function beginClaimedProbes(
  deps: { db: Database; ring: MasterKeyRing; clock: Clock },
  tenantId: string,
  { runIds, leaseMs }: { runIds: readonly string[]; leaseMs: number },
): Promise<BegunProbe[]> {
  const now = deps.clock.now();
  const leaseExpiresAt = new Date(now.getTime() + leaseMs);
  return withTenant(deps.db, tenantId, async (tx) => {
    const rows = await beginAttempts(tx, { runIds, now, leaseExpiresAt });
    const dataKeys = await readTenantDataKeys(deps.ring, tx, tenantId);
    return rows.map(({ id, probeMode, sealedSecret, dailyCapUsd, spentTodayUsd, ...row }) => ({
      ...row,
      tenantId,
      leaseExpiresAt,
      providerKeyId: id,
      mode: probeModeOf({ kind: row.kind, probeMode }),
      secret: openProviderKeyIfPossible(dataKeys, { tenantId, id, sealedSecret }),
      dailyCapPicoUsd: parseUsd(dailyCapUsd),
      spentTodayPicoUsd: parseUsd(spentTodayUsd),
    }));
  });
}

function beginAttempts(
  tx: Tx,
  { runIds, now, leaseExpiresAt }: { runIds: readonly string[]; now: Date; leaseExpiresAt: Date },
): Promise<ClaimedKeyRow[]> {
  return tx.$queryRaw<ClaimedKeyRow[]>`
    WITH begun AS (
      UPDATE probe_claim c SET started_attempts = attempts, lease_expires_at = ${leaseExpiresAt}::timestamptz
      FROM provider_key k
      WHERE c.tenant_id = current_tenant_id() AND c.run_id = ANY(${[...runIds]}::uuid[])
        AND c.started_attempts < c.attempts
        AND k.tenant_id = c.tenant_id AND k.id = c.provider_key_id AND k.deleted_at IS NULL
        AND EXISTS (SELECT FROM tenant WHERE id = c.tenant_id AND status = 'active')
      RETURNING c.run_id, c.provider_key_id, c.trigger
    ), counted AS (
      ${secretUseInsert({ kind: 'probe', at: now, times: Prisma.sql`SELECT count(*) FROM begun` })}
    )
    SELECT k.id, begun.run_id AS "runId", begun.trigger, k.kind, k.probe_mode AS "probeMode", k.model,
           k.id IN (${regionalKeys}) AS "isRegional",
           k.sealed_secret AS "sealedSecret", k.secret_revision AS "secretRevision",
           k.probe_daily_cap_usd::text AS "dailyCapUsd",
           coalesce(spent.usd, 0)::text AS "spentTodayUsd", coalesce(spent.unpriced, 0)::int AS "unpricedToday"
    FROM begun
    JOIN provider_key k ON k.tenant_id = current_tenant_id() AND k.id = begun.provider_key_id
    LEFT JOIN LATERAL (
      SELECT sum(cost_usd) AS usd, sum(unpriced_requests) AS unpriced FROM usage_hourly h
      WHERE h.tenant_id = current_tenant_id() AND h.hour >= date_trunc('day', ${now}::timestamptz, 'UTC')
        AND h.provider_key_id = k.id AND h.source = 'probe'
    ) spent ON true`;
}
