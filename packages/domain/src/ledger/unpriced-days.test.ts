import { expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { balanceOf } from './balance-of.js';

const now = new Date('2026-11-20T12:00:00Z');
const used = (day: string, usd: string | null) => ({
  day: `2026-11-${day}`,
  requests: 2,
  cost: parseUsd(usd ?? '0'),
  unpricedRequests: usd === null ? 2 : 1,
});
const billed = (day: string, usd: string, readAt = now) => ({ day: `2026-11-${day}`, amount: parseUsd(usd), readAt });

function balance(facts: { reported: ReturnType<typeof used>[]; billed?: ReturnType<typeof billed>[] }) {
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
