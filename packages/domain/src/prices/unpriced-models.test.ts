import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reader } from '#db/reader.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import { addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { readTestUsage } from '#testing/read-test-usage.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { type BookDeps, withBookSnapshot } from '../books/book-snapshot.js';
import { recordUsageEvents } from '../usage-events/record-usage-events.js';
import { countUnpricedModels } from './count-unpriced-models.js';
import { listUnpricedModels } from './list-unpriced-models.js';
import { listUsedModels } from './list-used-models.js';
import { createTenantPriceBooks } from './tenant-price-books.js';

const invented = 600;
const at = new Date('2026-11-19T10:00:00Z');
const usage = readTestUsage({ prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 });

let home: TestInstallation;
let tenantId: string;
beforeAll(async () => {
  home = await createTestInstallation('2026-11-20T12:00:00.000Z');
  tenantId = (await home.addTenant('inventor')).id;
  const deps = { ...home, priceBooks: createTenantPriceBooks({ ...home, base: buildPriceBook(openAiPriceSheet) }) };
  const event = (model: string, idempotencyKey: string, occurredAt: string) => ({
    idempotencyKey,
    model,
    usage,
    occurredAt: new Date(occurredAt),
  });
  await recordUsageEvents(deps, tenantId, [
    ...Array.from({ length: invented }, (_, index) => event(`model-${index}`, `a${index}`, '2026-11-19T10:00:00Z')),
    event('model-7', 'b', '2026-11-12T10:00:00Z'),
    event('gpt-4o-mini', 'c', '2026-11-19T10:00:00Z'),
  ]);
});
afterAll(() => home.close());

/** What `ask` answers, and how many rows it had Postgres send. */
function rowsOf<T>(ask: (deps: BookDeps & TestInstallation) => Promise<T>): Promise<{ answer: T; rows: number }> {
  return withBookSnapshot(home, tenantId, async (deps) => {
    let rows = 0;
    const counting = (reader: Reader): Reader => ({
      async $queryRaw<Rows>(...question: Parameters<Reader['$queryRaw']>) {
        const found = await reader.$queryRaw<Rows>(...question);
        rows += (found as unknown[]).length;
        return found;
      },
    });
    const { reader, steadyReader } = deps.snapshot;
    const snapshot = { ...deps.snapshot, reader: counting(reader), steadyReader: counting(steadyReader) };
    return { answer: await ask({ ...deps, snapshot }), rows };
  });
}

test('whoever invents models without end has 500 of them listed, those of the most requests, and no more are read', async () => {
  const { answer, rows } = await rowsOf((deps) => listUnpricedModels(deps, tenantId));
  expect(answer).toHaveLength(500);
  expect(answer[0]).toEqual({
    book: 'measured',
    model: 'model-7',
    kind: 'event',
    unpricedRequests: 2,
    firstSeenOn: '2026-11-12',
    lastSeenOn: '2026-11-19',
  });
  expect(rows).toBeLessThan(invented);
});

test('no more of them are read beside the prices', async () => {
  const priceBook = buildPriceBook(openAiPriceSheet);
  const { answer, rows } = await rowsOf((deps) => listUsedModels({ ...deps, priceBook }, tenantId));
  expect(answer.slice(0, 1)).toMatchObject([{ model: 'model-7', unpricedRequests: 2, pricedAs: undefined }]);
  expect(answer.at(-1)).toMatchObject({ model: 'gpt-4o-mini', unpricedRequests: 0, pricedAs: 'gpt-4o-mini' });
  expect(rows).toBeLessThan(invented);
});

test('a model that both books name without a price is one', async () => {
  const { id } = await home.addTenant('both');
  const deps = { ...home, priceBooks: createTenantPriceBooks({ ...home, base: buildPriceBook(openAiPriceSheet) }) };
  const measured = ['ours', 'of-both'].map((model) => ({ idempotencyKey: model, model, usage, occurredAt: at }));
  await recordUsageEvents(deps, id, measured);
  const reported = ['of-both', 'theirs'].map((model) => ({ at: at.toISOString(), model, costUsd: null }));
  await addTestReported(home.db, id, await addTestOrganization(home.db, id), reported);
  expect(await countUnpricedModels(home, id)).toBe(3);
});

test('they are counted without being read, on every page', async () => {
  const { answer, rows } = await rowsOf((deps) => countUnpricedModels(deps, tenantId));
  expect(answer).toBe(invented);
  expect(rows).toBeLessThan(invented);
});
