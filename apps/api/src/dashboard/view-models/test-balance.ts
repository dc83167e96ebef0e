import { parseUsd } from '#core/money.js';
import { utcDay } from '#core/utc-day.js';
import { type Balance, balanceOf } from '#domain/ledger/balance-of.js';
import type { LedgerEntry } from '#domain/ledger/ledger-entry.js';
import { balancePage } from './balance-page.js';
import type { FrameInput } from './frame.js';

/** For tests: the page Balance, as full as it gets, every text of it `text`. */
export function testBalancePage(frame: FrameInput, text: string) {
  const deposit = depositOf(text, frame.now);
  const entries = entriesOf(deposit, frame.now);
  const listed = { isUndone: false, isRevision: false, bill: null };
  const bill = { amount: parseUsd('3.5'), readAt: frame.now, isProvisional: true };
  const spend = { ...deposit, ...listed, kind: 'spend', billedOn: '2026-11-18', amount: parseUsd('-3'), bill } as const;
  const organization = { id: text, name: text };
  return balancePage({
    frame,
    organizations: [organization, { id: 'other', name: text }],
    shown: {
      organization,
      balance: testBalance(entries, frame.now),
      entries: [
        { ...spend, isRevision: true },
        spend,
        ...entries.map((one) => ({ ...one, ...listed })),
        { ...deposit, ...listed, kind: 'expiry' },
        { ...deposit, ...listed, kind: 'sync', stated: parseUsd('4'), isUndone: true },
      ],
      cursor: text,
      nextCursor: text,
      forms: {
        sent: 'deposit',
        values: { stated: text, amount: text, at: text, lastDay: text, note: text, reason: text, idempotencyKey: text },
        errors: { amount: text, at: text, lastDay: text, note: text, form: text },
      },
    },
  });
}

function depositOf(text: string, now: Date): LedgerEntry {
  return {
    id: 'a',
    organizationId: text,
    kind: 'deposit',
    at: daysAfter(now, -20),
    billedOn: null,
    amount: parseUsd('100'),
    stated: null,
    computed: null,
    estimated: null,
    expiresAt: daysAfter(now, 30),
    aboutId: null,
    reason: text,
    createdAt: daysAfter(now, -20),
    createdBy: text,
  };
}

function entriesOf(deposit: LedgerEntry, now: Date): LedgerEntry[] {
  const sync = { stated: parseUsd('60'), computed: parseUsd('61.5'), estimated: 0n, expiresAt: null };
  return [
    deposit,
    { ...deposit, id: 'b', kind: 'sync', at: daysAfter(now, -5), ...sync },
    { ...deposit, id: 'c', kind: 'correction', at: daysAfter(now, -4), amount: parseUsd('-1'), expiresAt: null },
  ];
}

/** Thirty days of bills, and requests without a price today. */
function testBalance(entries: LedgerEntry[], now: Date): Balance {
  const dayOf = (days: number) => utcDay(daysAfter(now, days));
  const billed = Array.from({ length: 30 }, (_, index) => ({
    day: dayOf(index - 30),
    amount: parseUsd(`${2 + (index % 7)}`),
    readAt: daysAfter(now, index - 28),
  }));
  const posted = new Map(billed.map(({ day, amount }) => [day, amount]));
  const reported = [{ day: dayOf(0), cost: parseUsd('0.75'), requests: 5, unpricedRequests: 2 }];
  const importedAt = daysAfter(now, -1);
  return balanceOf(
    { entries, costsBeforeSyncs: new Map(), posted, billed, reported, costsReadAt: now, importedAt },
    now,
  );
}

function daysAfter(at: Date, days: number): Date {
  return new Date(at.getTime() + days * 86_400_000);
}
