import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatUsd } from '#core/money.js';
import { addTestBilled } from '#testing/add-test-bill.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import { sumBook } from '../books/sum-book.js';
import { sumDays } from '../books/sum-days.js';
import { changePrices } from '../prices/change-prices.js';
import { reRateUsage } from '../prices/re-rate-usage.js';

let home: ImportingInstallation;
let organizationId: string;
beforeAll(async () => {
  home = await createImportingInstallation();
  organizationId = (await home.connect('Main')).id;
});
afterAll(() => home.close());

const bill = (day: string, lineItem: string, usd: string) =>
  addTestBilled(home.db, home.tenant.id, organizationId, [{ day, lineItem, model: '', usd }]);

async function billedByModel() {
  const range = { fromDay: '2026-10-01', toDay: '2026-11-30' };
  const sums = await sumBook(home, home.tenant.id, { book: 'billed', by: 'model', calendar: 'utc', ...range });
  return Object.fromEntries(sums.map(({ group, cost }) => [group ?? '', formatUsd(cost)]));
}

test('lines of the bill get the name of a model of one’s own that is priced later, and so do sums', async () => {
  await bill('2026-10-10', 'acme-chat-1, input', '1');
  await bill('2026-11-10', 'acme-chat-1, output', '2');
  await bill('2026-11-10', 'another-1, input', '4');
  await bill('2026-11-10', 'web search', '8');
  await sumDays(home, home.tenant.id, { budgetMs: 60_000 });
  expect(await billedByModel()).toEqual({ '': '15' });
  const { reRatingId: id } = await changePrices(home, home.tenant.id, {
    change: { add: [{ model: 'acme-chat-1', kind: 'input', usdPerUnit: '0.000001' }], remove: [], restore: [] },
    mode: 'store',
  });
  const reRate = () => reRateUsage(home, home.tenant.id, { id: id ?? '', forMs: 60_000 });
  expect(await reRate()).toBe(false);
  expect(await billedByModel()).toEqual({ '': '12', 'acme-chat-1': '3' });
  // By a worker that does not know the price yet.
  await bill('2026-11-11', 'acme-chat-1, input', '16');
  home.clock.advance(120_000);
  expect(await reRate()).toBe(true);
  expect(await billedByModel()).toEqual({ '': '12', 'acme-chat-1': '19' });
  await sumDays(home, home.tenant.id, { budgetMs: 60_000 });
  expect(await billedByModel()).toEqual({ '': '12', 'acme-chat-1': '19' });
});
