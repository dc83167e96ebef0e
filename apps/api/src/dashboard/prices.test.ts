import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addTestUsage } from '#testing/add-test-usage.js';
import type { PageVisitor } from '#testing/page-visitor.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let reader: PageVisitor;
let token: string;
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-21T12:00:00.000Z', createDashboard });
  token = await api.tokenOf('viewer');
  reader = await signedInVisitor(api.origin, token);
});
afterAll(() => api.close());

const look = async (query = '', visitor = reader) => (await visitor.get(`/dashboard/prices${query}`)).html;
/** The text of each row, by model. */
const rowsOf = (html: string) =>
  new Map(
    [...html.matchAll(/<tr[^>]*>\s*<th scope="row" data-value="([^"]+)">([\s\S]*?)<\/tr>/g)].map(
      ([, model = '', row = '']) => [model, readPage(row)] as const,
    ),
  );

test('what “regional” means is said where a price has it, and to who cannot hover too', async () => {
  const meaning =
    'What is marked regional is added to each price per token for projects whose data is processed in a region.';
  expect(readPage(await look('?q=gpt-5.6'))).toContain(meaning);
  expect(readPage(await look('?q=whisper-1'))).not.toContain('processed in a region');
});

describe('a row of the price table', () => {
  test('has the exact list prices, what comes with them, their days and where they are from', async () => {
    const rows = rowsOf(await look('?q=gpt-5.6'));
    expect([...rows.keys()]).toEqual(['gpt-5.6-sol', 'gpt-5.6-luna', 'gpt-5.6-terra']);
    expect(rows.get('gpt-5.6-sol')).toBe(
      'gpt-5.6-sol also gpt-5.6 +10 % regional Over 272k input $8.00 in, $0.80 cached, $10.00 write, $30.00 out ' +
        '$4.00 $0.40 $5.00 $20.00 since 21 Aug 2026 promotional until 21 Nov from 22 Nov: ≈ $5.00 in, ≈ $30.00 out ' +
        'from one list genai-prices 0.1.8, 2026-09-23',
    );
  });

  test('never rounds a price, and marks one that nobody published', async () => {
    const rows = rowsOf(await look('?q=gpt-6-luna&tier=flex'));
    expect(rows.get('gpt-6-luna')).toContain('≈ $0.05 ≈ $0.005 ≈ $0.0625 ≈ $0.25');
    expect(rows.get('gpt-6-luna')).toContain('derived computed by a rule');
  });

  test('has the prices of long context of its tier', async () => {
    const rowOf = async (tier: string) => rowsOf(await look(`?q=gpt-6.1-sol&tier=${tier}`)).get('gpt-6.1-sol');
    expect(await rowOf('batch')).toContain(
      'Over 272k input ≈ $2.00 in, ≈ $0.10 cached, ≈ $2.50 write, ≈ $7.50 out $1.00 $0.05 $1.25 $5.00',
    );
    const priority = await rowOf('priority');
    expect(priority).toContain('Over 272k input $8.00 in, $0.40 cached, ≈ $10.00 write, $30.00 out $4.00');
    expect(priority).toContain('partly derived');
  });

  test('tells what is not billed by tokens of text in words', async () => {
    const rows = rowsOf(await look());
    expect(rows.get('whisper-1')).toContain('$0.36 per hour of audio');
    expect(rows.get('dall-e-3')).toContain('$0.04 to $0.12 per image, by quality and size');
    expect(rows.get('tool:web-search')).toContain('$10.00 per 1K calls');
    expect(rows.get('gpt-realtime-2')).toContain('Audio $32.00 in, $0.40 cached, $64.00 out');
    const prices = api.deps.priceBooks.base.rows.filter(({ tier }) => tier === 'standard').map(({ model }) => model);
    expect(new Set(rows.keys())).toEqual(new Set(prices));
    for (const model of ['gpt-5', 'whisper-1', 'tool:web-search']) expect(rows.get(model)).not.toContain('regional');
  });
});

test('the address says which prices: by name, alias or snapshot, tier and UTC day', async () => {
  const found = async (query: string) => [...rowsOf(await look(query)).keys()];
  expect(await found('?q=gpt-4o-2024-11-20')).toEqual(['gpt-4o']);
  expect(await found('?q=GPT-5-CODEX')).toEqual(['gpt-5']);
  expect(await found('?q=sol-pro')).toEqual([]);
  expect(await found('?q=gpt-5.1&tier=batch')).toEqual([]);
  expect(rowsOf(await look('?q=o3&at=2025-06-09')).get('o3')).toContain('$10.00');
  expect(rowsOf(await look('?q=o3')).get('o3')).toContain('$2.00');
});

test.each([
  ['tier=scale', 'There is no such tier.'],
  ['at=yesterday', '“In force on” is not a day.'],
])('a filter that cannot be is said, and nothing else is shown instead: %s', async (query, words) => {
  const { status, html } = await reader.get(`/dashboard/prices?${query}`);
  expect(status).toBe(400);
  expect(html).toContain(words);
  expect(html).not.toMatch(/\d models|No price matches|<table/);
  expect((await reader.get(`/dashboard/prices.csv?${query}`)).status).toBe(400);
});

test('the CSV is the file that the API gives for the same filter', async () => {
  const file = await reader.get('/dashboard/prices.csv?q=gpt-4o-2024-05-13&tier=batch&at=2026-11-20');
  expect(file.headers.get('content-disposition')).toBe('attachment; filename=keyledger-prices.csv');
  const query = 'format=csv&model=gpt-4o-2024-05-13&tier=batch&at=2026-11-20';
  expect(file.html).toBe((await api.call('GET', `/prices?${query}`, { token })).text);
});

describe('what this tenant used', () => {
  let user: PageVisitor;
  beforeAll(async () => {
    const tenant = await api.addTenant('globex');
    user = await signedInVisitor(api.origin, await api.tokenOf('viewer', tenant));
    const at = '2026-11-20T12:00:00Z';
    await addTestUsage(api.db, tenant.id, [
      { at, model: 'o3-2025-04-16' },
      { at, model: 'o3' },
      { at, model: 'gpt-4o-mini-2024-07-18' },
      { at, model: 'gpt-4o-audio', costUsd: null },
      { at, model: 'unheard-of', costUsd: null },
      { at, model: 'unheard-of', costUsd: null },
      { at: '2026-10-01T12:00:00Z', model: 'long-ago', costUsd: null },
      { at: '2026-10-22T23:59:59Z', model: 'unheard-of', costUsd: null },
      { at: '2026-10-01T12:00:00Z', model: 'gpt-4' },
      { at, model: 'o1', costUsd: null },
    ]);
  });

  test('comes first, under the name that its prices are under', async () => {
    const rows = [...rowsOf(await look('', user))];
    expect(rows.slice(0, 3).map(([model]) => model)).toEqual(['o3', 'gpt-4o-mini', 'o1']);
    expect(rows[0]?.[1]).toMatch(/^o3 2 requests /);
    expect(rows.slice(3).filter(([, text]) => /\d requests? /.test(text))).toEqual([]);
  });

  test('and has no price is on top, with the reason and a way to look at it', async () => {
    const html = await look('?q=gpt-4', user);
    const [, warning = ''] = /<section id="unpriced"([\s\S]*?)<\/section>/.exec(html) ?? [];
    expect(readPage(warning)).toContain('2 requests of unheard-of have no price. The model is not in the price book.');
    expect(readPage(warning)).toContain(
      '1 request of o1 has no price. The book has no price for a part of what was used',
    );
    expect(warning).toContain('/dashboard/usage?model&#x3D;unheard-of');
    expect(warning).not.toContain('long-ago');
  });

  test('is nobody else’s', async () => {
    const html = await look();
    expect(html).not.toContain('unheard-of');
    expect(html).not.toContain('requests</span>');
  });
});
