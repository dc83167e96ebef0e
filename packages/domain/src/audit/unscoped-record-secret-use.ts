import type { Clock } from '#core/clock.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import type { AuditDetails } from './audit-event.js';
import { type AuditDeps, recordAudit } from './record-audit.js';

/** Longer than a transaction that counted just before the hour ended can take to commit. */
const settledAfterMs = 60_000;

/**
 * Makes an audit event of each tenant's counts of each hour that is over, in one transaction per tenant, which deletes them.
 * Running it again, or in two workers at once, adds nothing.
 * @throws AggregateError of the tenants for which it failed, after the others are done
 */
export async function unscopedRecordSecretUse(deps: AuditDeps & { db: Database }): Promise<void> {
  const before = endOfSettledHours(deps.clock);
  const tenants = await deps.db.unscoped.$queryRaw<{ id: string }[]>`
    SELECT t.id::text FROM tenant t
    WHERE t.purge_began_at IS NULL
      AND EXISTS (SELECT FROM secret_use u WHERE u.tenant_id = t.id AND u.hour < ${before}::timestamptz)`;
  const failures: unknown[] = [];
  for (const { id } of tenants) {
    try {
      await recordTenant(deps, id, before);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'The use of secrets could not be audited');
}

function recordTenant(deps: AuditDeps & { db: Database }, tenantId: string, before: Date): Promise<void> {
  return withTenant(deps.db, tenantId, async (tx) => {
    const hours = await takeCounts(tx, tenantId, before);
    for (const [hour, counts] of hours) await recordHour(tx, deps, { tenantId, hour, counts });
  });
}

function endOfSettledHours(clock: Clock): Date {
  const end = new Date(clock.now().getTime() - settledAfterMs);
  end.setUTCMinutes(0, 0, 0);
  return end;
}

type Counts = Readonly<Record<string, number>>;

async function takeCounts(tx: Tx, tenantId: string, before: Date): Promise<[hour: string, Counts][]> {
  const rows = await tx.$queryRaw<{ hour: Date; kind: string; times: bigint }[]>`
    DELETE FROM secret_use WHERE tenant_id = ${tenantId}::uuid AND hour < ${before}::timestamptz
    RETURNING hour, kind, times`;
  const hours = new Map<string, Counts>();
  for (const { hour, kind, times } of rows) {
    const name = hour.toISOString();
    const counts = hours.get(name) ?? {};
    hours.set(name, { ...counts, [kind]: (counts[kind] ?? 0) + Number(times) });
  }
  return [...hours].toSorted(([a], [b]) => a.localeCompare(b));
}

async function recordHour(
  tx: Tx,
  deps: AuditDeps,
  { tenantId, hour, counts }: { tenantId: string; hour: string; counts: Counts },
): Promise<void> {
  const subject = { kind: 'tenant', id: tenantId };
  const {
    probe = 0,
    import: imports = 0,
    question: questions = 0,
    'refused-probe': refusedProbes = 0,
    'refused-import': refusedImports = 0,
  } = counts;
  const opened: AuditDetails = { hour, probes: probe, imports, questions };
  if (probe + imports + questions > 0)
    await recordAudit(tx, deps, tenantId, { action: 'secret.use', subject, after: opened });
  // The first one of an hour was told at once.
  if (refusedProbes > 1 || refusedImports > 1) {
    const after = { hour, probeJobs: refusedProbes, importJobs: refusedImports };
    await recordAudit(tx, deps, tenantId, { action: 'job.refuse', subject, after });
  }
}
