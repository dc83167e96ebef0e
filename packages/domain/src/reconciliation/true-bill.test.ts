import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatUsd } from '#core/money.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import type { Book, BookGroup } from '../books/book.js';
import { sumBook } from '../books/sum-book.js';
import { sumDays } from '../books/sum-days.js';
import { getBalance } from '../ledger/get-balance.js';
import { postSpend } from '../ledger/post-spend.js';
import { recordSync } from '../ledger/record-sync.js';
import { reconcile } from './reconcile.js';

// From the API of a simulated organization to the last figure on a page, against what was truly used and billed.

const dayMs = 86_400_000;
const range = { fromDay: '2026-11-01', toDay: '2026-11-20' };
const between = { from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-11-21T00:00:00Z') };
let home: ImportingInstallation;
let organizationId: string;
beforeAll(async () => {
  home = await createImportingInstallation({ historyDays: 19 });
  organizationId = (await home.connect('Main')).id;
  await home.importAll(organizationId);
  await sumDays(home, home.tenant.id, { budgetMs: 60_000 });
});
afterAll(() => home.close());

const costs = async (book: Book, by: BookGroup) => {
  const sums = await sumBook(home, home.tenant.id, { book, by, calendar: 'utc', ...range });
  return Object.fromEntries(sums.map(({ group, cost }) => [group ?? '', formatUsd(cost)]));
};
const trueCosts = (dimension?: string) => {
  const sums = new Map<string, bigint>();
  const { costs: groups } = home.controls.trueTotals({ ...between, groupBy: dimension ? [dimension] : [] });
  for (const { group, picoUsd } of groups) {
    const value = dimension && group[dimension];
    const name = typeof value === 'string' ? value : '';
    sums.set(name, (sums.get(name) ?? 0n) + picoUsd);
  }
  return Object.fromEntries([...sums].map(([name, sum]) => [name, formatUsd(sum)]));
};

test('what was billed is the true bill: in all, by project, by key and by line', async () => {
  expect(await costs('billed', 'none')).toEqual(trueCosts());
  expect(await costs('billed', 'project')).toEqual(trueCosts('project_id'));
  expect(await costs('billed', 'key')).toEqual(trueCosts('api_key_id'));
  expect(await costs('billed', 'kind')).toEqual(trueCosts('line_item'));
});

test('what was reported has the true requests and tokens of every model', async () => {
  const sums = await sumBook(home, home.tenant.id, { book: 'reported', by: 'model', calendar: 'utc', ...range });
  const { usage } = home.controls.trueTotals({ ...between, groupBy: ['model'] });
  for (const { group, requests, counts } of usage.completions) {
    const input = Object.entries(counts).filter(([name]) => !/^(output|audioOutput|imageOutput)/.test(name));
    const found = sums.find((one) => one.group === group['model']);
    expect([group['model'], found?.requests, found?.inputTokens]).toEqual([
      group['model'],
      requests,
      input.reduce((sum, [, count]) => sum + count, 0),
    ]);
  }
});

test('once days are final, every cent between bill and usage has its reason', async () => {
  home.pass(5 * dayMs);
  await home.import(organizationId);
  const query = { fromDay: '2026-11-01', toDay: '2026-11-19', by: 'model', limit: 100 } as const;
  const { total, priceRatios, rows } = await reconcile(home, home.tenant.id, query);
  const reasons = total.billedLessReported?.parts.map(({ reason }) => reason) ?? [];
  expect(reasons).not.toContain('unknown');
  expect(reasons).not.toContain('provisional-day');
  expect(reasons.toSorted()).toEqual(expect.arrayContaining(['price-differs', 'tool-or-storage-fees', 'unpriced']));
  expect(priceRatios.map(({ model, ratio }) => [model, ratio])).toEqual([['gpt-4.1-2025-04-14', 0.8]]);
  const unlisted = rows.find(({ group }) => group === 'gpt-6-rosalind');
  expect(unlisted?.billedLessReported?.parts.map(({ reason }) => reason)).toEqual(['unpriced']);
});

test('a balance is what was stated less what was truly billed since, whenever and however often it is imported', async () => {
  const statedAt = new Date('2026-11-26T00:00:00.000Z');
  home.clock.set(statedAt);
  await home.import(organizationId);
  await recordSync(home, home.tenant.id, organizationId, { stated: 9_000_000_000_000_000n });
  home.pass(9 * dayMs);
  for (let again = 0; again < 3; again += 1) {
    await home.import(organizationId);
    await postSpend(home, home.tenant.id, organizationId);
  }
  const { balance, since } = await getBalance(home, home.tenant.id, organizationId);
  const spent = home.controls
    .trueTotals({ from: statedAt, to: home.clock.now() })
    .costs.reduce((sum, { picoUsd }) => sum + picoUsd, 0n);
  expect(formatUsd(since?.billed ?? 0n)).toBe(formatUsd(spent));
  expect(balance).toBe(9_000_000_000_000_000n - (since?.billed ?? 0n) - (since?.estimated ?? 0n));
});

test.each(['09:00', '15:00'])('a sync at %s knows to the cent what of its day’s bill came after it', async (time) => {
  const midnight = Math.ceil(home.clock.now().getTime() / dayMs) * dayMs + dayMs;
  const statedAt = new Date(`${new Date(midnight).toISOString().slice(0, 10)}T${time}:00.000Z`);
  home.clock.set(statedAt);
  await home.import(organizationId);
  await recordSync(home, home.tenant.id, organizationId, { stated: 9_000_000_000_000_000n });
  home.clock.set(new Date(midnight + 8 * dayMs));
  await home.import(organizationId);
  await postSpend(home, home.tenant.id, organizationId);
  const { since } = await getBalance(home, home.tenant.id, organizationId);
  const spent = home.controls
    .trueTotals({ from: statedAt, to: home.clock.now() })
    .costs.reduce((sum, { picoUsd }) => sum + picoUsd, 0n);
  const cents = (amount = 0n) => Math.round(Number(amount) / 1e10);
  expect(cents(since?.billed)).toBe(cents(spent));
});
