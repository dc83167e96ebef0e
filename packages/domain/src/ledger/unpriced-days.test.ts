import { expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { balanceOf } from './balance-of.js';
import type { LedgerEntry } from './ledger-entry.js';

const now = new Date('2026-11-20T12:00:00Z');
const used = (day: string, usd: string | null) => ({
  day: `2026-11-${day}`,
  requests: 2,
  cost: parseUsd(usd ?? '0'),
  unpricedRequests: usd === null ? 2 : 1,
});
const billed = (day: string, usd: string, readAt = now) => ({ day: `2026-11-${day}`, amount: parseUsd(usd), readAt });

interface TestFacts {
  reported: ReturnType<typeof used>[];
  billed?: ReturnType<typeof billed>[];
  entries?: LedgerEntry[];
}

function balance(facts: TestFacts) {
  const nothing = { entries: [], costsBeforeSyncs: new Map(), posted: new Map(), billed: [], costsReadAt: null };
  return balanceOf({ ...nothing, importedAt: now, ...facts }, now);
}

test('what today has cost is unknown while none of it has a price, beside how many requests that are', () => {
  const reported = [used('20', null)];
  expect(balance({ reported })).toMatchObject({ today: null, todayUnpricedRequests: 2, unpricedRequests: 2 });
  expect(balance({ reported, billed: [billed('20', '0')] }).today).toBeNull();
  expect(balance({ reported, billed: [billed('20', '2')] }).today).toBe(parseUsd('2'));
  expect(balance({ reported: [used('20', '3')] })).toMatchObject({ today: parseUsd('3'), todayUnpricedRequests: 1 });
  expect(balance({ reported: [] })).toMatchObject({ today: 0n, todayUnpricedRequests: 0 });
});

test('a burn rate is the mean of the days whose cost is known, and none while there is no such day', () => {
  const unpriced = used('18', null);
  expect(balance({ reported: [unpriced] }).burnRate7).toBeNull();
  expect(balance({ reported: [unpriced, used('19', '5')] }).burnRate7).toEqual({
    perDay: parseUsd('5'),
    days: 1,
    estimatedDays: 1,
  });
  const settled = billed('18', '0');
  expect(balance({ reported: [unpriced], billed: [settled] }).burnRate7).toEqual({
    perDay: 0n,
    days: 1,
    estimatedDays: 0,
  });
});

const opened = new Date('2026-11-01T00:00:00Z');
const deposit: LedgerEntry = {
  id: 'deposit',
  organizationId: 'acme',
  kind: 'deposit',
  at: opened,
  billedOn: null,
  amount: parseUsd('1000'),
  stated: null,
  computed: null,
  estimated: null,
  expiresAt: null,
  aboutId: null,
  reason: '',
  createdAt: opened,
  createdBy: 'ann',
};

test('requests without a price make it the most that is left, unless the last sync held what they cost', () => {
  const atSync = (at: string): LedgerEntry => ({
    ...deposit,
    id: at,
    kind: 'sync',
    at: new Date(at),
    stated: parseUsd('90'),
  });
  const reported = [used('18', null), used('19', '5')];
  const unpricedSince = (entries: LedgerEntry[], bills = [billed('17', '1')]) => {
    const { unpricedRequests, isAtMost } = balance({ reported, billed: bills, entries });
    return [unpricedRequests, isAtMost];
  };
  const first = atSync('2026-11-10T00:00:00Z');
  expect(unpricedSince([deposit, first])).toEqual([3, true]);
  expect(unpricedSince([deposit, first, atSync('2026-11-19T12:00:00Z')])).toEqual([1, true]);
  expect(unpricedSince([deposit, first, atSync('2026-11-20T11:00:00Z')])).toEqual([0, false]);
  // A bill that is settled says what a day cost, and nothing of the days before it.
  expect(unpricedSince([deposit, first], [])).toEqual([3, true]);
  expect(unpricedSince([deposit, first], [billed('18', '1')])).toEqual([1, true]);
  const late = { ...billed('19', '1'), readAt: new Date('2026-11-21T00:00:00Z') };
  expect(unpricedSince([deposit, first], [late])).toEqual([2, true]);
});

/** What a day is expected to cost after days up to yesterday that cost so much; null: there is no forecast. */
function expectedPerDay(costs: readonly (string | null)[]): number | null {
  const reported = costs.map((usd, index) => used(String(20 - costs.length + index).padStart(2, '0'), usd));
  const { balance: left, forecast } = balance({ reported, entries: [deposit] });
  return forecast && Number(left) / 1e12 / (forecast.daysToZero.expected ?? Infinity);
}

test('a forecast expects of days without a known cost what the others cost, and not nothing', () => {
  expect(expectedPerDay(['10', '10', '10', null, null])).toBeCloseTo(10);
  expect(expectedPerDay(['10', '10', null, null])).toBeNull();
  // Of no weekend is anything known, though of two weeks of other days.
  const weeks = Array.from({ length: 19 }, (_, index) => ([0, 6].includes(index % 7) ? null : '10'));
  expect(expectedPerDay(weeks)).toBeCloseTo(10);
});
