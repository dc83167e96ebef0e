import { parseUsd } from '#core/money.js';
import { balanceOf } from '#domain/ledger/balance-of.js';
import type { LedgerEntry } from '#domain/ledger/ledger-entry.js';
import { balancePage } from './balance-page.js';
import type { FrameInput } from './frame.js';

const dayMs = 86_400_000;

/** For tests: the page Balance, as full as it gets, every text of it `text`. */
export function testBalancePage(frame: FrameInput, text: string) {
  const { now } = frame;
  const before = (days: number) => new Date(now.getTime() - days * dayMs);
  const dayOf = (days: number) => before(days).toISOString().slice(0, 10);
  const entry = (input: Partial<LedgerEntry>): LedgerEntry => ({
    id: text,
    organizationId: text,
    kind: 'deposit',
    at: before(20),
    billedOn: null,
    amount: parseUsd('100'),
    stated: null,
    computed: null,
    estimated: null,
    expiresAt: null,
    aboutId: null,
    reason: text,
    createdAt: before(20),
    createdBy: text,
    ...input,
  });
  const entries = [
    entry({ id: 'a', expiresAt: new Date(now.getTime() + 30 * dayMs) }),
    entry({ id: 'b', kind: 'sync', at: before(5), stated: parseUsd('60'), computed: parseUsd('61.5'), estimated: 0n }),
    entry({ id: 'c', kind: 'correction', at: before(4), amount: parseUsd('-1') }),
  ];
  const billed = Array.from({ length: 30 }, (_, index) => ({
    day: dayOf(30 - index),
    amount: parseUsd(`${2 + (index % 7)}`),
    readAt: before(28 - index),
  }));
  const posted = new Map(billed.map(({ day, amount }) => [day, amount]));
  const reported = [{ day: dayOf(0), cost: parseUsd('0.75'), unpricedRequests: 2 }];
  const balance = balanceOf({ entries, posted, billed, reported, costsReadAt: now, importedAt: before(1) }, now);
  const spend = entry({ id: 'd', kind: 'spend', billedOn: dayOf(3), amount: parseUsd('-3') });
  const bill = { amount: parseUsd('3.5'), readAt: now, isProvisional: true };
  const listed = { isUndone: false, isRevision: false, bill: null };
  const organization = { id: text, name: text };
  return balancePage({
    frame,
    organizations: [organization, { id: 'other', name: text }],
    shown: {
      organization,
      balance,
      entries: [
        { ...spend, ...listed, bill, isRevision: true },
        { ...spend, ...listed, bill },
        ...entries.map((one) => ({ ...one, ...listed })),
        { ...entry({ kind: 'expiry' }), ...listed },
        { ...entry({ kind: 'sync', stated: parseUsd('4') }), ...listed, isUndone: true },
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
