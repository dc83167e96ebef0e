import { formatUsd, type PicoUsd } from '#core/money.js';
import { Problem } from '#core/problem.js';
import type { Database, Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { actorNameIn } from '../audit/actor-name-in.js';
import { type AuditDeps, recordAudit } from '../audit/record-audit.js';
import { appendEntry } from './append-entry.js';
import { findRepeatedEntry } from './find-repeated-entry.js';
import { type LedgerEntry, type SelectedLedgerEntry, selectLedgerEntry, toLedgerEntry } from './ledger-entry.js';
import { lockLedger } from './lock-ledger.js';
import { postDueEntries } from './post-due-entries.js';

export interface NewCorrection {
  /** Credit that came or went otherwise, by now; or the entry that is to count no more. */
  change: { amount: PicoUsd } | { undoId: string };
  reason: string;
  /** The same again is the same correction. */
  idempotencyKey?: string | undefined;
}

/**
 * Puts a ledger right without changing an entry: by an amount, or by an entry that takes another back as of its own time.
 * @throws Problem `not-found`; `invalid-request` for an entry that cannot be undone
 */
export async function recordCorrection(
  deps: AuditDeps & { db: Database },
  tenantId: string,
  organizationId: string,
  { change, reason, idempotencyKey }: NewCorrection,
): Promise<LedgerEntry> {
  const now = deps.clock.now();
  return withTenant(deps.db, tenantId, async (tx) => {
    const { name } = await lockLedger(tx, tenantId, organizationId);
    const same = 'undoId' in change ? { aboutId: change.undoId } : { aboutId: null, amount: change.amount };
    const repeated = await findRepeatedEntry(tx, tenantId, {
      organizationId,
      kind: 'correction',
      ...same,
      idempotencyKey,
    });
    if (repeated) return repeated;
    const what = 'undoId' in change ? await undoing(tx, { tenantId, organizationId, id: change.undoId }) : change;
    const entry = await appendEntry(tx, tenantId, {
      organizationId,
      kind: 'correction',
      at: now,
      reason,
      createdAt: now,
      createdBy: actorNameIn(tenantId, deps.actor),
      idempotencyKey,
      ...what,
    });
    await postDueEntries(tx, { tenantId, organizationId, now });
    await recordAudit(tx, deps, tenantId, {
      action: 'ledger.correct',
      subject: { kind: 'organization', id: organizationId, name },
      after: { entryId: entry.id, amountUsd: formatUsd(entry.amount), undoes: entry.aboutId, reason },
    });
    return entry;
  });
}

async function undoing(
  tx: Tx,
  { tenantId, organizationId, id }: { tenantId: string; organizationId: string; id: string },
): Promise<Pick<LedgerEntry, 'at' | 'amount' | 'aboutId'>> {
  const rows = await tx.$queryRaw<SelectedLedgerEntry[]>`
    ${selectLedgerEntry} FROM ledger_entry e
    WHERE e.tenant_id = ${tenantId}::uuid AND e.organization_id = ${organizationId}::uuid
      AND (e.id = ${id}::uuid OR e.about_id = ${id}::uuid)`;
  const entry = rows.find((row) => row.id === id);
  if (!entry) throw new Problem('not-found', { detail: 'There is no such entry.' });
  if (entry.kind === 'spend' || entry.kind === 'expiry') {
    throw refuse('What follows from bills and dates cannot be undone. Correct it by an amount.');
  }
  if (entry.aboutId !== null) throw refuse('This entry undoes another one. Record that again instead.');
  if (rows.some((row) => row.aboutId === id && row.kind === 'correction'))
    throw refuse('This entry is undone already.');
  if (rows.some((row) => row.kind === 'expiry')) {
    throw refuse('This deposit has expired since. Correct it by an amount.');
  }
  const { at, amount } = toLedgerEntry(entry);
  return { at, amount: -amount, aboutId: id };
}

function refuse(detail: string): Problem {
  return new Problem('invalid-request', { field: 'undoId', detail });
}
