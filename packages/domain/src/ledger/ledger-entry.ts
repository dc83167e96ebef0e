import { parseUsd, parseUsdOrNull, type PicoUsd } from '#core/money.js';
import { Prisma } from '#db/rows.js';

export const ledgerKinds = ['deposit', 'spend', 'sync', 'expiry', 'correction'] as const;
export type LedgerKind = (typeof ledgerKinds)[number];

/** One movement of an organization's prepaid credit. Never changed: what turns out otherwise is a further entry. */
export interface LedgerEntry {
  id: string;
  organizationId: string;
  kind: LedgerKind;
  /** When it took effect; of spend, the end of the billed day. */
  at: Date;
  /** Of spend: the UTC day (`YYYY-MM-DD`) that was billed. */
  billedOn: string | null;
  /** What it adds; less than zero takes away. Of a sync: what was stated less what was computed. */
  amount: PicoUsd;
  /** Of a sync: what OpenAI showed. */
  stated: PicoUsd | null;
  /** Of a sync: the balance as we had it; null when we had none. */
  computed: PicoUsd | null;
  /** Of a sync: what its own UTC day had cost by then, as it was valued then; `LedgerFacts` has what it is valued at now. */
  estimated: PicoUsd | null;
  /** Of a deposit: from this instant on the rest of it is lost. */
  expiresAt: Date | null;
  /** Of an expiry: the deposit. Of a correction: the entry that it undoes. */
  aboutId: string | null;
  reason: string;
  createdAt: Date;
  /** Who made it, as they were called then; or `keyledger`. */
  createdBy: string;
}

/** Who writes what follows from bills and from the calendar. */
export const ledgerItself = 'keyledger';

/** `SELECT …` of what `toLedgerEntry` reads, from rows `e`. */
export const selectLedgerEntry = Prisma.sql`
  SELECT e.id, e.organization_id AS "organizationId", e.kind, e.at, to_char(e.billed_on, 'YYYY-MM-DD') AS "billedOn",
    e.amount_usd::text AS amount, e.stated_usd::text AS stated, e.computed_usd::text AS computed,
    e.estimated_usd::text AS estimated, e.expires_at AS "expiresAt", e.about_id AS "aboutId", e.reason,
    e.created_at AS "createdAt", e.created_by AS "createdBy"`;

type Amounts = 'amount' | 'stated' | 'computed' | 'estimated';
export type SelectedLedgerEntry = Omit<LedgerEntry, Amounts> &
  Record<Exclude<Amounts, 'amount'>, string | null> & { amount: string };

export function toLedgerEntry(row: SelectedLedgerEntry): LedgerEntry {
  return {
    ...row,
    amount: parseUsd(row.amount),
    stated: parseUsdOrNull(row.stated),
    computed: parseUsdOrNull(row.computed),
    estimated: parseUsdOrNull(row.estimated),
  };
}
