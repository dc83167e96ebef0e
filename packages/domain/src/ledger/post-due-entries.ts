import { parseUsd, type PicoUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import type { Tx } from '#db/database.js';
import { finalAfterDays } from '../organizations/billed-day.js';
import { addDays } from '../spend/local-days.js';
import { appendEntries } from './append-entries.js';
import { ledgerItself } from './ledger-entry.js';
import { liveMovements } from './live-movements.js';
import { type LedgerFacts, loadLedger } from './load-ledger.js';
import { openingOf } from './opening-of.js';
import { type Movement, replayLedger } from './replay-ledger.js';

interface Place {
  tenantId: string;
  organizationId: string;
  now: Date;
}

const dayMs = 86_400_000;

/**
 * Writes what bills and the calendar say beyond what the ledger has: of each billed day since its opening the difference
 * to what is there, and of each deposit that has ended what was left of it. Nothing to add, nothing written; a late change
 * is one more entry for its own day. Only under `lockLedger`.
 * @returns how many entries were written
 */
export async function postDueEntries(tx: Tx, place: Place): Promise<number> {
  const facts = await loadLedger(tx, { ...place, today: utcDay(place.now) });
  const movements = liveMovements(facts);
  const opening = openingOf(movements);
  if (!opening) return 0;
  const spend = await dueSpend(tx, place, { posted: facts.posted, since: utcDay(opening.at) });
  const posted = new Map(facts.posted);
  for (const { billedOn, amount } of spend) posted.set(billedOn, (posted.get(billedOn) ?? 0n) - amount);
  const entries = [...spend, ...dueExpiries(movements, { ...facts, posted }, place.now)];
  const { organizationId, tenantId, now: createdAt } = place;
  const written = entries.map((entry) => ({ ...entry, organizationId, createdAt, createdBy: ledgerItself }));
  await appendEntries(tx, tenantId, written);
  return written.length;
}

/** A day counts once it was read after its end; a bill that was read sooner lacks the rest of the day. */
async function dueSpend(
  tx: Tx,
  { tenantId, organizationId, now }: Place,
  { posted, since }: { posted: ReadonlyMap<string, PicoUsd>; since: string },
) {
  const billed = await tx.$queryRaw<{ day: string; usd: string }[]>`
    SELECT to_char(billed_on, 'YYYY-MM-DD') AS day, amount_usd::text AS usd FROM billed_day
    WHERE tenant_id = ${tenantId}::uuid AND organization_id = ${organizationId}::uuid AND billed_on >= ${since}::date
      AND (billed_on + 1)::timestamp AT TIME ZONE 'UTC' <= LEAST(read_at, ${now}::timestamptz)
    ORDER BY billed_on`;
  return billed
    .map(({ day, usd }) => ({
      kind: 'spend' as const,
      at: new Date(`${addDays(day, 1)}T00:00:00Z`),
      billedOn: day,
      amount: (posted.get(day) ?? 0n) - parseUsd(usd),
    }))
    .filter(({ amount }) => amount !== 0n);
}

/** Waits for the bill of a deposit's last day, or until it cannot be expected any more. The balance does not wait. */
function dueExpiries(movements: readonly Movement[], facts: LedgerFacts, now: Date) {
  const opening = openingOf(movements);
  const ended = movements
    .filter((movement) => hasEnded(movement, facts, now))
    // What ended before the opening is no longer in question, whatever was written about it.
    .filter(({ expiresAt }) => opening !== undefined && expiresAt > opening.at);
  if (ended.length === 0) return [];
  const spent = new Map([...facts.posted].map(([day, amount]) => [day, { billed: amount, cost: amount }]));
  const left = replayLedger(movements, spent, utcDay(now))?.expired;
  return ended
    .map(({ id, expiresAt }) => {
      const before = facts.entries.filter(({ kind, aboutId }) => kind === 'expiry' && aboutId === id);
      const amount = -(left?.get(id) ?? 0n) - before.reduce((sum, entry) => sum + entry.amount, 0n);
      return { kind: 'expiry' as const, at: expiresAt, aboutId: id, amount };
    })
    .filter(({ amount }) => amount !== 0n);
}

function hasEnded(
  movement: Movement,
  { billed }: LedgerFacts,
  now: Date,
): movement is Movement & { kind: 'deposit'; expiresAt: Date } {
  if (movement.kind !== 'deposit' || movement.expiresAt === null) return false;
  const { expiresAt } = movement;
  const lastDay = utcDay(new Date(expiresAt.getTime() - 1));
  const isBilled = billed.some(({ day, readAt }) => day === lastDay && readAt >= expiresAt);
  return expiresAt <= now && (isBilled || now.getTime() >= expiresAt.getTime() + finalAfterDays * dayMs);
}
