import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '#core/problem.js';
import type { Database, Tx } from '#db/database.js';
import { isLockTimeout } from '#db/is-lock-timeout.js';
import { withTenant } from '#db/with-tenant.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { forgetDaySums } from '../books/forget-day-sums.js';
import { lockBook } from '../books/lock-book.js';

export interface ResetCounts {
  usageRecords: number;
  usageHours: number;
  probeRuns: number;
  probeHours: number;
}

/** Few, as new writers wait behind each. */
const mostAttempts = 5;
const pauseMs = 100;

/**
 * Deletes a tenant's usage and probe history, sums included, and keeps its keys with their present health. While usage is
 * being recorded, each record is either deleted with its share of the sums or kept with it. An event that was deleted may
 * be reported again.
 * @throws Problem `unavailable` when the tenant's usage was being written all the time
 */
export async function resetUsage(deps: AuditDeps & { db: Database }, tenantId: string): Promise<ResetCounts> {
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    try {
      return await withTenant(deps.db, tenantId, async (tx) => {
        const counts = await deleteUsage(tx, tenantId);
        const subject = { kind: 'tenant', id: tenantId };
        await recordAudit(tx, deps, tenantId, { action: 'usage.reset', subject, before: { ...counts } });
        return counts;
      });
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      await delay(pauseMs * (0.5 + Math.random()));
    }
  }
  throw new Problem('unavailable', { detail: 'Usage is being recorded too busily to clear it now. Try again.' });
}

/**
 * Whoever is writing the tenant's usage is waited for with nothing in hand, and later writers wait for the commit with nothing in
 * theirs: neither is ever in the other's way. Only retention and whoever sums periods may have rows that go.
 */
async function deleteUsage(tx: Tx, tenantId: string): Promise<ResetCounts> {
  await lockBook(tx, 'measured');
  // Shorter than Postgres' deadlock_timeout: where we and one of those wait for each other, we give way, and never it.
  await tx.$executeRaw`SET LOCAL lock_timeout = '200ms'`;
  await forgetDaySums(tx, { book: 'measured', from: new Date('2000-01-01'), to: new Date('2100-01-01') });
  return deleteWhatIsSeen(tx, tenantId);
}

/** One statement, so that all tables are seen as of one moment. */
async function deleteWhatIsSeen(tx: Tx, tenantId: string): Promise<ResetCounts> {
  const [counts] = await tx.$queryRaw<ResetCounts[]>`
    WITH records AS (DELETE FROM usage_record WHERE tenant_id = ${tenantId}::uuid RETURNING 1),
      event_keys AS (DELETE FROM usage_event_key WHERE tenant_id = ${tenantId}::uuid),
      hours AS (DELETE FROM usage_hourly WHERE tenant_id = ${tenantId}::uuid RETURNING 1),
      end_user_hours AS (DELETE FROM end_user_hourly WHERE tenant_id = ${tenantId}::uuid),
      day_sums AS (DELETE FROM day_sum WHERE tenant_id = ${tenantId}::uuid AND book = 'measured'),
      period_sums AS (DELETE FROM period_sum WHERE tenant_id = ${tenantId}::uuid AND book = 'measured'),
      runs AS (DELETE FROM probe_run WHERE tenant_id = ${tenantId}::uuid RETURNING 1),
      probe_hours AS (DELETE FROM probe_hourly WHERE tenant_id = ${tenantId}::uuid RETURNING 1)
    SELECT (SELECT count(*) FROM records)::float8 AS "usageRecords", (SELECT count(*) FROM hours)::float8 AS "usageHours",
      (SELECT count(*) FROM runs)::float8 AS "probeRuns", (SELECT count(*) FROM probe_hours)::float8 AS "probeHours"`;
  if (!counts) throw new Error('a SELECT without FROM has one row');
  return counts;
}
