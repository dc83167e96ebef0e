import { formatUsd, type PicoUsd } from '#core/money.js';
import { Problem } from '#core/problem.js';
import { utcDay } from '#core/utc-day.js';
import type { Database } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { actorNameIn } from '../audit/actor-name-in.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { addDays } from '../spend/local-days.js';
import { appendEntry } from './append-entry.js';
import { depositFaults } from './deposit-faults.js';
import { findRepeatedEntry } from './find-repeated-entry.js';
import type { LedgerEntry } from './ledger-entry.js';
import { lockLedger } from './lock-ledger.js';
import { postDueEntries } from './post-due-entries.js';

export interface NewDeposit {
  amount: PicoUsd;
  /** When it was paid; default now. */
  at?: Date | undefined;
  /** The last UTC day on which it can be spent; default the same day a year later, as OpenAI has it. */
  lastDay?: string | undefined;
  note?: string | undefined;
  /** The same again is the same deposit. */
  idempotencyKey?: string | undefined;
}

/**
 * Records prepaid credit that was bought. One that was paid before the last sync is in what that stated already, and does
 * not move the balance.
 * @throws Problem `not-found`; `invalid-request` for a date that cannot be
 */
export async function recordDeposit(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  organizationId: string,
  { amount, at, lastDay, note = '', idempotencyKey }: NewDeposit,
): Promise<LedgerEntry> {
  const now = deps.clock.now();
  const paidAt = at ?? now;
  const paidOn = utcDay(paidAt);
  assertDatesFit({ at, lastDay }, now);
  return withTenant(deps.db, tenantId, async (tx) => {
    const { name } = await lockLedger(tx, tenantId, organizationId);
    const repeated = await findRepeatedEntry(tx, tenantId, { organizationId, kind: 'deposit', amount, idempotencyKey });
    if (repeated) return repeated;
    const entry = await appendEntry(tx, tenantId, {
      organizationId,
      kind: 'deposit',
      at: paidAt,
      amount,
      expiresAt: new Date(`${addDays(lastDay ?? yearAfter(paidOn), 1)}T00:00:00Z`),
      reason: note,
      createdAt: now,
      createdBy: actorNameIn(tenantId, deps.actor),
      idempotencyKey,
    });
    await postDueEntries(tx, { tenantId, organizationId, now });
    await recordAudit(tx, deps, tenantId, {
      action: 'ledger.deposit',
      subject: { kind: 'organization', id: organizationId, name },
      after: {
        entryId: entry.id,
        amountUsd: formatUsd(amount),
        at: paidAt.toISOString(),
        expiresAt: entry.expiresAt?.toISOString() ?? null,
        note,
      },
    });
    return entry;
  });
}

/** The same day of the next year; of 29 February, the 28th. */
function yearAfter(day: string): string {
  const next = `${Number(day.slice(0, 4)) + 1}${day.slice(4)}`;
  return next.endsWith('-02-29') ? next.replace('-02-29', '-02-28') : next;
}

function assertDatesFit(dates: Pick<NewDeposit, 'at' | 'lastDay'>, now: Date): void {
  const faults = Object.entries(depositFaults(dates, now)).flatMap(([field, fault]) =>
    fault === null ? [] : [[field, fault] as const],
  );
  const [[, detail] = []] = faults;
  if (detail !== undefined) throw new Problem('invalid-request', { detail, fields: Object.fromEntries(faults) });
}
