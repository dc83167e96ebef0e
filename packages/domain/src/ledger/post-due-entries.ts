import { parseUsd } from '#core/money.js';
import type { Tx } from '#db/database.js';
import { finalAfterDays } from '../organizations/billed-day.js';
import { addDays, localDay } from '../spend/local-days.js';
import { appendEntry } from './append-entry.js';
import { ledgerItself } from './ledger-entry.js';
import { liveMovements } from './live-movements.js';
import { type LedgerFacts, loadLedger } from './load-ledger.js';
import { type Movement, replayLedger } from './replay-ledger.js';

interface Place {
  tenantId: string;
  organizationId: string;
  now: Date;
}

const dayMs = 86_400_000;

/**
 * Writes what bills and the calendar say beyond what the ledger has: of each billed day since its beginning the difference
 * to what is there, and of each deposit that has ended what was left of it. Nothing to add, nothing written; a late change
 * is one more entry for its own day. Only under `lockLedger`.
 * @returns how many entries were written
 */
export async function postDueEntries(tx: Tx, place: Place): Promise<number> {
  return (await postSpendOfDays(tx, place)) + (await postExpiries(tx, place));
}

/** A day counts once it was read after its end; a bill that was read sooner lacks the rest of the day. */
async function postSpendOfDays(tx: Tx, { tenantId, organizationId, now }: Place): Promise<number> {
  const due = await tx.$queryRaw<{ day: string; usd: string }[]>`
    WITH entries AS (
      SELECT * FROM ledger_entry WHERE tenant_id = ${tenantId}::uuid AND organization_id = ${organizationId}::uuid
    ), beginning AS (
      SELECT (min(e.at) AT TIME ZONE 'UTC')::date AS day FROM entries e
      WHERE e.kind IN ('deposit', 'sync', 'correction') AND e.about_id IS NULL
        AND NOT EXISTS (SELECT FROM entries u WHERE u.kind = 'correction' AND u.about_id = e.id)
    ), posted AS (
      SELECT billed_on, sum(amount_usd) AS usd FROM entries WHERE kind = 'spend' GROUP BY billed_on
    )
    SELECT to_char(d.billed_on, 'YYYY-MM-DD') AS day, (-d.amount_usd - COALESCE(p.usd, 0))::text AS usd
    FROM billed_day d JOIN beginning b ON d.billed_on >= b.day LEFT JOIN posted p ON p.billed_on = d.billed_on
    WHERE d.tenant_id = ${tenantId}::uuid AND d.organization_id = ${organizationId}::uuid
      AND (d.billed_on + 1)::timestamp AT TIME ZONE 'UTC' <= LEAST(d.read_at, ${now}::timestamptz)
      AND -d.amount_usd <> COALESCE(p.usd, 0)
    ORDER BY d.billed_on`;
  for (const { day, usd } of due) {
    await appendEntry(tx, tenantId, {
      organizationId,
      kind: 'spend',
      at: new Date(`${addDays(day, 1)}T00:00:00Z`),
      billedOn: day,
      amount: parseUsd(usd),
      createdAt: now,
      createdBy: ledgerItself,
    });
  }
  return due.length;
}

/** Waits for the bill of a deposit's last day, or until it cannot be expected any more. The balance does not wait. */
async function postExpiries(tx: Tx, { tenantId, organizationId, now }: Place): Promise<number> {
  const today = localDay(now, 'UTC');
  const facts = await loadLedger(tx, { tenantId, organizationId, today });
  const movements = liveMovements(facts.entries);
  const ended = movements.filter((movement) => hasEnded(movement, facts, now));
  if (ended.length === 0) return 0;
  const posted = new Map([...facts.posted].map(([day, amount]) => [day, { billed: amount, cost: amount }]));
  const left = replayLedger(movements, posted, today)?.expired;
  let written = 0;
  for (const deposit of ended) {
    const before = facts.entries.filter(({ kind, aboutId }) => kind === 'expiry' && aboutId === deposit.id);
    const amount = -(left?.get(deposit.id) ?? 0n) - before.reduce((sum, entry) => sum + entry.amount, 0n);
    if (amount === 0n) continue;
    await appendEntry(tx, tenantId, {
      organizationId,
      kind: 'expiry',
      at: deposit.expiresAt,
      aboutId: deposit.id,
      amount,
      createdAt: now,
      createdBy: ledgerItself,
    });
    written += 1;
  }
  return written;
}

function hasEnded(
  movement: Movement,
  { billed }: LedgerFacts,
  now: Date,
): movement is Movement & { kind: 'deposit'; expiresAt: Date } {
  if (movement.kind !== 'deposit' || movement.expiresAt === null) return false;
  const { expiresAt } = movement;
  const lastDay = localDay(new Date(expiresAt.getTime() - 1), 'UTC');
  const isBilled = billed.some(({ day, readAt }) => day === lastDay && readAt >= expiresAt);
  return expiresAt <= now && (isBilled || now.getTime() >= expiresAt.getTime() + finalAfterDays * dayMs);
}
