import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatUsd } from '#core/money.js';
import { withTenant } from '#db/with-tenant.js';
import type { UsageBucket } from '#openai/organization/read-usage.js';
import type { UsageResult } from '#openai/organization/usage-result.js';
import { emptyUsage } from '#pricing/usage.js';
import { addTestBilled } from '#testing/add-test-bill.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import { sumBook } from '../books/sum-book.js';
import { sumDays } from '../books/sum-days.js';
import { writeUsageWindow } from './write-usage-window.js';

const unlisted = 'gpt-of-tomorrow, mini';
let home: ImportingInstallation;
let organizationId: string;
beforeAll(async () => {
  home = await createImportingInstallation();
  organizationId = (await home.connect('Main')).id;
  const line = { model: '', usd: '1' };
  await addTestBilled(home.db, home.tenant.id, organizationId, [
    { ...line, day: '2026-11-10', lineItem: `${unlisted}, input` },
    { ...line, day: '2026-11-10', lineItem: 'web search' },
    { ...line, day: '2026-11-10', lineItem: 'another, input' },
    { ...line, day: '2026-11-11', lineItem: `${unlisted}, output`, usd: '2' },
    { ...line, day: '2026-11-12', lineItem: `${unlisted}, output`, usd: '4' },
  ]);
  await sumDays(home, home.tenant.id, { budgetMs: 60_000 });
});
afterAll(() => home.close());

const nobody = { projectId: null, userId: null, apiKeyId: null, batch: null, serviceTier: null, pricedTier: null };
const nothing = { apiSource: null, size: null, source: null, vectorStoreId: null, contextLevel: null };
const result: UsageResult = {
  kind: 'completions',
  group: { ...nobody, ...nothing, model: unlisted },
  requests: 1,
  tokens: { usage: { ...emptyUsage, requests: 1, inputUncachedTokens: 1 }, basis: 'exact' },
  quantity: null,
};

async function writeUsage(from: string, to: string) {
  const window = { from: new Date(from), to: new Date(to) };
  const bucket: UsageBucket = { startAt: window.from, endAt: window.to, results: [result], unknownResults: [] };
  const book = await home.priceBooks.of(home.tenant.id);
  await withTenant(home.db, home.tenant.id, (tx) =>
    writeUsageWindow(tx, {
      book,
      now: home.clock.now(),
      window: { ...window, organizationId, kind: 'completions', buckets: [bucket], setAside: [], width: '1h' },
    }),
  );
}

async function billedByModel() {
  const range = { fromDay: '2026-11-10', toDay: '2026-11-12' };
  const sums = await sumBook(home, home.tenant.id, { book: 'billed', by: 'model', calendar: 'utc', ...range });
  return Object.fromEntries(sums.map(({ group, cost }) => [group ?? '', formatUsd(cost)]));
}

test('a line that was read before the usage of its day gets the model that the usage names, and so do sums', async () => {
  expect(await billedByModel()).toEqual({ '': '9' });
  await writeUsage('2026-11-10T23:00:00Z', '2026-11-11T00:00:00Z');
  expect(await billedByModel()).toEqual({ '': '8', [unlisted]: '1' });
  await writeUsage('2026-11-11T05:00:00Z', '2026-11-11T06:00:00Z');
  expect(await billedByModel()).toEqual({ '': '6', [unlisted]: '3' });
  await sumDays(home, home.tenant.id, { budgetMs: 60_000 });
  expect(await billedByModel()).toEqual({ '': '6', [unlisted]: '3' });
});
