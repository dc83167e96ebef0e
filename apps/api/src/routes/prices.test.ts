import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';

let api: TestApi;
let viewer: string;
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-21T23:59:59.000Z' });
  viewer = await api.tokenOf('viewer');
});
afterAll(() => api.close());

const prices = (query = '', headers: Record<string, string> = {}) =>
  api.call('GET', `/prices${query}`, { token: viewer, headers });
const periods = async (query: string) =>
  (await prices(query)).json.items.map((row: { effectiveFrom: string; effectiveTo: string; usdPer: { usd: string } }) =>
    [row.effectiveFrom, row.effectiveTo, row.usdPer.usd].join(' '),
  );

test('a price says for whom, of what, since when, from where and how surely', async () => {
  const { status, json } = await prices('?model=gpt-5.6-sol&tier=standard&kind=input');
  expect(status).toBe(200);
  expect(json).toMatchObject({ version: api.deps.priceBooks.base.version, at: '2026-11-21', next: null });
  expect(json.items[0]).toEqual({
    model: 'gpt-5.6-sol',
    aliases: ['gpt-5.6'],
    tier: 'standard',
    context: 'short',
    kind: 'input',
    variant: null,
    unit: 'token',
    usdPerUnit: '0.000004',
    usdPer: { usd: '4', units: 1_000_000, label: '1M tokens' },
    effectiveFrom: '2026-08-21',
    effectiveTo: '2026-11-22',
    source: 'genai-prices 0.1.8, 2026-09-23',
    confidence: 'reported',
    isPromotional: true,
    regionalUplift: {
      percent: '10',
      effectiveFrom: null,
      effectiveTo: null,
      source: 'LiteLLM model price map, 2026-08-01',
      confidence: 'reported',
    },
    isOwn: false,
  });
  expect(json.items.map(({ context }: { context: string }) => context)).toEqual(['short', 'long']);
});

test('a region adds nothing to a model before GPT-5.4, a tool or an image, and the file says so too', async () => {
  const upliftOf = async (query: string) => (await prices(query)).json.items[0].regionalUplift;
  expect(await upliftOf('?model=gpt-5')).toBeNull();
  expect(await upliftOf('?kind=webSearchCall')).toBeNull();
  expect(await upliftOf('?model=gpt-image-2')).toBeNull();
  const lineOf = async (model: string) => (await prices(`?model=${model}&format=csv`)).text.split('\n')[1];
  expect((await prices('?format=csv')).text).toContain(',promotional,regional_uplift_percent,price_version\n');
  expect(await lineOf('gpt-6.1-terra')).toContain(',no,10,openai-');
  expect(await lineOf('gpt-5')).toContain(',no,,openai-');
});

test('prices are those of a UTC day: today’s unless another is asked for, and all of them on request', async () => {
  const filter = '?model=gpt-5.6&tier=batch&kind=output';
  expect(await periods(filter)).toEqual(['2026-08-21 2026-11-22 10', '2026-08-21 2026-11-22 15']);
  expect(await periods(`${filter}&at=2026-11-22`)).toEqual(['2026-11-22  15', '2026-11-22  22.5']);
  expect(await periods(`${filter}&at=2026-08-20`)).toEqual([]);
  expect(await periods(`${filter}&all=true`)).toEqual([
    '2026-08-21 2026-11-22 10',
    '2026-11-22  15',
    '2026-08-21 2026-11-22 15',
    '2026-11-22  22.5',
  ]);
});

test('long context of a tier is a price of its own, derived where no source states it, in JSON and CSV', async () => {
  const longOf = async (query: string) =>
    (await prices(query)).json.items
      .filter(({ context }: { context: string }) => context === 'long')
      .map((row: { kind: string; usdPer: { usd: string }; confidence: string; source: string }) =>
        [row.kind, row.usdPer.usd, row.confidence, row.source].join(' '),
      );
  expect(await longOf('?model=gpt-6.1-sol&tier=priority')).toEqual([
    'input 8 reported AILSA SubSwitch 1.0.0(g), quoting the OpenAI price table, 2026-10-01',
    'cachedInput 0.4 reported AILSA SubSwitch 1.0.0(g), quoting the OpenAI price table, 2026-10-01',
    'output 30 reported AILSA SubSwitch 1.0.0(g), quoting the OpenAI price table, 2026-10-01',
    'cacheWrite 10 derived computed by a rule in docs/prices.md, 2026-11-20',
  ]);
  expect(await longOf('?model=gpt-5.5&tier=batch')).toEqual([
    'input 5 derived computed by a rule in docs/prices.md, 2026-11-20',
    'output 22.5 derived computed by a rule in docs/prices.md, 2026-11-20',
  ]);
  const { text } = await prices('?model=gpt-5.6-sol&tier=flex&kind=output&format=csv');
  expect(text).toMatch(
    /\ngpt-5\.6-sol,[^\n]*flex,long,output,[^\n]*,15,[^\n]*,2026-08-21,2026-11-22,[^\n]*derived,yes,10,/,
  );
});

test('a model is found as OpenAI reports it, and an unknown one has no prices', async () => {
  const modelOf = async (name: string) =>
    (await prices(`?model=${name}&tier=standard&kind=input`)).json.items[0]?.model;
  expect(await modelOf('gpt-4o-2024-11-20')).toBe('gpt-4o');
  expect(await modelOf('gpt-4o-2024-05-13')).toBe('gpt-4o-2024-05-13');
  expect(await modelOf('gpt-5.6-sol-pro')).toBeUndefined();
});

test('what is not billed by the token says its own unit', async () => {
  const priceOf = async (query: string) => {
    const [{ unit, usdPerUnit, usdPer }] = (await prices(query)).json.items;
    return [unit, usdPerUnit, `${usdPer.usd} per ${usdPer.label}`];
  };
  expect(await priceOf('?kind=webSearchCall')).toEqual(['call', '0.01', '10 per 1K calls']);
  expect(await priceOf('?kind=audioHour&model=whisper-1')).toEqual(['audio hour', '0.36', '0.36 per hour of audio']);
});

test('pages hold every price once, in the order of the book', async () => {
  const seen: unknown[] = [];
  let after = '';
  do {
    const { json } = await prices(`?all=true&limit=300${after}`);
    expect(json.items.length).toBeLessThanOrEqual(300);
    seen.push(...json.items);
    after = json.next && `&after=${json.next}`;
  } while (after);
  const { rows } = api.deps.priceBooks.base;
  expect(seen).toHaveLength(rows.length);
  expect(seen).toMatchObject(
    rows.map(({ model, tier, kind, effectiveFrom }) => ({ model, tier, kind, effectiveFrom })),
  );
});

test('a page of another version of the book is refused rather than mixed with this one', async () => {
  const { next } = (await prices('?limit=1')).json;
  const other = Buffer.from(Buffer.from(next, 'base64url').toString().replace(/.$/, '!')).toString('base64url');
  expect((await prices(`?after=${other}`)).json.fields).toHaveProperty('after');
});

test.each([
  ['?at=yesterday', 'at'],
  ['?at=2026-02-30', 'at'],
  ['?at=2026-11-20&all=true', 'at'],
  ['?tier=scale', 'tier'],
  ['?kind=tokens', 'kind'],
  ['?all=yes', 'all'],
  ['?limit=1001', 'limit'],
  ['?after=bm9wZQ', 'after'],
  ['?modell=gpt-4o', 'modell'],
])('the query %s is refused by name', async (query, field) => {
  const { status, json } = await prices(query);
  expect([status, Object.keys(json.fields ?? {})]).toEqual([400, [field]]);
});

test('CSV comes by Accept or by ?format, as a file, with all prices of the filter', async () => {
  const filter = '?model=gpt-4o&tier=priority';
  const files = [await prices(filter, { accept: 'text/csv' }), await prices(`${filter}&format=csv&limit=1`)];
  for (const { headers, text } of files) {
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe('attachment; filename=keyledger-prices.csv');
    const [head, ...lines] = text.trimEnd().split('\n');
    expect(head).toMatch(/^model,aliases,tier,.*,price_version$/);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(
      `gpt-4o,,priority,short,input,,token,0.00000425,4.25,1M tokens,,,"LiteLLM model price map, 2026-08-01",reported,no,,${api.deps.priceBooks.base.version}`,
    );
  }
});
