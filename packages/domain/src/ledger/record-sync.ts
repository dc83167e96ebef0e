import { formatUsd, formatUsdOrNull, type PicoUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { actorNameIn } from '../audit/actor-name-in.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { appendEntry } from './append-entry.js';
import { balanceOf } from './balance-of.js';
import { findRepeatedEntry } from './find-repeated-entry.js';
import type { LedgerEntry } from './ledger-entry.js';
import { loadDaysAround } from './load-days-around.js';
import { loadLedger } from './load-ledger.js';
import { lockLedger } from './lock-ledger.js';
import { postDueEntries } from './post-due-entries.js';
import { sumReportedDays } from './sum-reported-days.js';

export interface NewSync {
  /** What OpenAI shows as the credit balance now. */
  stated: PicoUsd;
  /** Why it differs, for those who read it later. */
  reason?: string | undefined;
  /** The same again is the same sync. */
  idempotencyKey?: string | undefined;
}

/**
 * Makes what OpenAI shows the truth from now on, and keeps by how much our own figure was off. What today has cost by our
 * own estimate is kept too, as the stated amount has that behind it already.
 * @throws Problem `not-found`
 */
export async function recordSync(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  organizationId: string,
  { stated, reason = '', idempotencyKey }: NewSync,
): Promise<LedgerEntry> {
  const now = deps.clock.now();
  const reported = await sumReportedDays(deps, tenantId, organizationId);
  return withTenant(deps.db, tenantId, async (tx) => {
    const { name, importedAt } = await lockLedger(tx, tenantId, organizationId);
    const repeated = await findRepeatedEntry(tx, tenantId, { organizationId, kind: 'sync', stated, idempotencyKey });
    if (repeated) return repeated;
    await postDueEntries(tx, { tenantId, organizationId, now });
    const day = utcDay(now);
    const ledger = await loadLedger(tx, { tenantId, organizationId, today: day });
    const { balance: computed, today } = balanceOf({ ...ledger, reported, importedAt }, now);
    const [around] = await loadDaysAround(tx, { tenantId, organizationId }, [now]);
    const entry = await appendEntry(tx, tenantId, {
      organizationId,
      kind: 'sync',
      at: now,
      amount: stated - (computed ?? 0n),
      stated,
      computed,
      estimated: today ?? 0n,
      ownDay: {
        billed: ledger.billed.find((bill) => bill.day === day)?.amount ?? 0n,
        reportedInHour: [...(around?.values() ?? [])].reduce((sum, { cost }) => sum + cost.own, 0n),
      },
      reason,
      createdAt: now,
      createdBy: actorNameIn(tenantId, deps.actor),
      idempotencyKey,
    });
    await recordAudit(tx, deps, tenantId, {
      action: 'ledger.sync',
      subject: { kind: 'organization', id: organizationId, name },
      before: { computedUsd: formatUsdOrNull(computed) },
      after: { entryId: entry.id, statedUsd: formatUsd(stated), reason },
    });
    return entry;
  });
}
