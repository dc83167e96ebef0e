import { afterAll, beforeAll, expect, test } from 'vitest';
import { unscopedReRateUsage } from '#domain/prices/unscoped-re-rate-usage.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import type { PageVisitor } from '#testing/page-visitor.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let admin: PageVisitor;
let viewer: PageVisitor;
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-21T12:00:00.000Z', createDashboard });
  admin = await signedInVisitor(api.origin, await api.tokenOf('admin'));
  viewer = await signedInVisitor(api.origin, await api.tokenOf('viewer'));
});
afterAll(() => api.close());

const path = '/dashboard/prices/own';
const fieldsOf = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="(?!_csrf|returnTo)([^"]+)" value="([^"]*)">/g)].map(
      ([, name = '', value = '']) => [name, value],
    ),
  );
const undoOf = (html: string) =>
  /action="([^"]+\/own\/undo[^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=') ?? '';
const list = async (visitor = admin) => readPage((await visitor.get(path)).html);

test('a discount is seen before it holds, then holds, is undone, and is done again', async () => {
  const usage = {
    model: 'gpt-4o',
    at: '2026-11-20T10:00:00Z',
    inputTokens: 1_000_000,
    outputTokens: 0,
    costUsd: '2.5',
  };
  await addTestUsage(api.db, api.tenant.id, [usage]);
  await admin.get(path);
  const preview = await admin.post(`${path}/preview`, {
    model: 'gpt-4o',
    percentOff: '20',
    lastDay: '2026-12-31',
    note: 'agreed',
  });
  expect(preview.status).toBe(200);
  expect(readPage(preview.html)).toContain('Add gpt-4o: 20 % off, until 31 Dec 2026');
  expect(readPage(preview.html)).toContain('gpt-4o 1 $2.50 $2.00 −$0.50');
  expect(await list()).toContain('No prices of your own');

  const { status, location } = await admin.post(path, fieldsOf(preview.html));
  expect([status, location]).toEqual([303, path]);
  const { html } = await admin.get(path);
  expect(readPage(html)).toContain('Your prices are changed. Past usage is being rated again.');
  expect(readPage(html)).toContain('Past usage of gpt-4o : Begins within 15 seconds.');
  expect(await list(viewer)).toMatch(/gpt-4o by acme admin, just now 20 % off every part until 31 Dec 2026 agreed/);

  expect((await admin.post(undoOf(html))).status).toBe(303);
  const undone = await admin.get(path);
  expect(readPage(undone.html)).toContain('No prices of your own');
  await admin.post(undoOf(undone.html));
  expect(await list()).toContain('20 % off');
});

test('a price of one’s own is typed as people write it, and is on the page of prices', async () => {
  const form = { model: 'acme-1', usd: '2.50', kind: 'input' };
  const preview = await admin.post(`${path}/preview`, form);
  expect(readPage(preview.html)).toContain('Add acme-1: $2.50 per 1M tokens, Input, always');
  expect(readPage(preview.html)).toContain('No price book and no usage names acme-1 . Check the spelling');
  await admin.post(path, fieldsOf(preview.html));
  const { html } = await viewer.get('/dashboard/prices?q=acme-1');
  expect(readPage(html)).toMatch(/acme-1 yours .*\$2\.50 .*confirmed your own price, 2026-11-21/);
});

test('a price holds for one day alone when that is its first and its last', async () => {
  const oneDay = { from: '2026-02-02', lastDay: '2026-02-02' };
  const { status, html } = await admin.post(`${path}/preview`, { model: 'm', percentOff: '5', ...oneDay });
  expect([status, readPage(html)]).toEqual([200, expect.stringContaining('Add m: 5 % off, ')]);
});

test('everything that is wrong with a price that was typed is said at once', async () => {
  const form = { model: '', usd: 'five', kind: 'input', from: '2026-02-02', lastDay: '2026-02-01' };
  const page = readPage((await admin.post(`${path}/preview`, form)).html);
  for (const words of ['The model must be', 'The price must be a decimal', 'The last day must not be before']) {
    expect(page).toContain(words);
  }
});

test.each([
  ['1,50', '$1.50'],
  ['$2.50', '$2.50'],
  ['1,234.56', '$1,234.56'],
  ['0,150', '$0.15'],
  ['0,0125', '$0.0125'],
])('a price of %s is read as an amount is everywhere', async (usd, words) => {
  const { html } = await admin.post(`${path}/preview`, { model: 'acme-1', usd, kind: 'output' });
  expect(readPage(html)).toContain(`Add acme-1: ${words} per 1M tokens, Output`);
});

test.each([
  ['12,5 %', '12.5 % off'],
  ['12,5', '12.5 % off'],
  ['15%', '15 % off'],
  ['12,125', '12.125 % off'],
  ['−10 %', '10 % on top'],
])('a discount of %s is read as people write it', async (percentOff, words) => {
  const { html } = await admin.post(`${path}/preview`, { model: 'acme-1', percentOff });
  expect(readPage(html)).toContain(`Add acme-1: ${words}`);
});

test.each(['1,5', '$2.50', '12,5 %'])('a CSV with %s stays refused', async (text) => {
  const csv = `model,kind,usd,percent_off\nacme-1,,,"${text}"\nacme-2,input,"${text}",`;
  const { status, html } = await admin.post(`${path}/preview`, { csv });
  expect([status, readPage(html)]).toEqual([400, expect.stringMatching(/Line 2, percent_off: .* Line 3, usd: /)]);
});

test('a great price has its thousands apart', async () => {
  const preview = await admin.post(`${path}/preview`, { model: 'acme-1', usd: '10000', kind: 'output' });
  expect(readPage(preview.html)).toContain('Add acme-1: $10,000.00 per 1M tokens, Output');
});

test('a price is removed after a look at what that changes', async () => {
  const { html } = await admin.get(path);
  const [, id = ''] = /name="remove" value="([^"]+)"/.exec(html) ?? [];
  const preview = await admin.post(`${path}/preview`, { remove: id });
  expect(readPage(preview.html)).toContain('Remove acme-1');
  await admin.post(path, fieldsOf(preview.html));
  expect(await list()).not.toContain('$2.50 per 1M tokens');
});

test.each([
  [{ model: '', percentOff: '5' }, 'The model must be the name of a model'],
  [{ model: 'm' }, 'The price must be given, or a discount.'],
  [{ model: 'm', usd: '5' }, 'The kind must be named for a price of your own.'],
  [{ model: 'm', usd: 'five', kind: 'input' }, 'The price must be a decimal number of USD'],
  [{ model: 'm', usd: '1,234', kind: 'input' }, 'The price can be read in two ways: write 1.234 or 1234.'],
  [{ model: 'm', usd: '1,234 USD', kind: 'input' }, 'The price can be read in two ways: write 1.234 or 1234.'],
  [{ model: 'm', usd: '1.234,50', kind: 'input' }, 'The price must be a decimal number of USD'],
  [{ model: 'm', percentOff: '1,2,3' }, 'The discount must be a percentage'],
  [{ model: 'm', percentOff: '101' }, 'The discount must be a percentage'],
  [{ model: 'm', percentOff: '5', lastDay: '2026-02-30' }, 'The last day must be a day such as 2026-11-20.'],
  [
    { model: 'm', percentOff: '5', from: '2026-02-02', lastDay: '2026-02-01' },
    'The last day must not be before the first day; for one day alone, give it as both.',
  ],
  [{ csv: 'model,kind,usd\ngpt-4o,tea,1' }, 'Line 2, kind: must be one of'],
])('what is typed wrongly (%j) is said beside the field, and what was typed is kept', async (form, words) => {
  const { status, html } = await admin.post(`${path}/preview`, form);
  expect(status).toBe(400);
  expect(readPage(html)).toContain(words);
  for (const value of Object.values(form)) expect(html).toContain(value.split('\n')[0]);
});

test('CSV of a few hundred lines is previewed, and confirmed as it is', async () => {
  const { html: exported } = await viewer.get('/dashboard/prices.csv');
  const csv = exported.replace(/(gpt-4\.1,,standard,short,output,,token,)[\d.]+,8,/, '$1,6,');
  const preview = await admin.post(`${path}/preview`, { csv });
  const text = readPage(preview.html);
  expect(text).toContain('Add gpt-4.1: $6.00 per 1M tokens, Output, standard tier, short context');
  expect(text).toMatch(/\d+ lines say what holds already and are passed over\./);
  expect((await admin.post(path, { csv })).status).toBe(303);
  expect(await list()).toContain('$6.00 per 1M tokens');
});

test('whoever may only read sees no form, and a model without a price is counted beside Prices on every page', async () => {
  const before = await viewer.get(path);
  expect(before.html).not.toContain('<textarea');
  expect(before.html).not.toContain('nav-badge');
  await addTestUsage(api.db, api.tenant.id, [{ model: 'nobody-knows-1', at: '2026-11-20T10:00:00Z', costUsd: null }]);
  const { html } = await viewer.get('/dashboard/keys');
  expect(html).toContain('title="One model in use has no price">1<');
});

test('a first price is no rise from nothing: what it cost before is not known', async () => {
  const usage = { model: 'acme-chat-1', at: '2026-11-20T10:00:00Z', inputTokens: 1_000_000, outputTokens: 0 };
  await addTestUsage(api.db, api.tenant.id, [{ ...usage, costUsd: null }]);
  const ofOutput = await admin.post(`${path}/preview`, { model: 'acme-chat-1', usd: '10', kind: 'output' });
  expect(readPage(ofOutput.html)).toContain('1 request stays without a price: none for input');
  const { html } = await admin.post(`${path}/preview`, { model: 'acme-chat-1', usd: '2.50', kind: 'input' });
  expect(readPage(html)).toContain('acme-chat-1 1 → 0 requests without a price 1 – $2.50 –');
});

test('a price that leaves parts of what was used without one names them', async () => {
  const usage = { model: 'acme-chat-2', at: '2026-11-20T10:00:00Z', inputTokens: 5, costUsd: null };
  await addTestUsage(api.db, api.tenant.id, [
    { ...usage, outputTokens: 7 },
    { ...usage, outputTokens: 0 },
  ]);
  const ofInput = await admin.post(`${path}/preview`, { model: 'acme-chat-2', usd: '2.50', kind: 'input' });
  expect(readPage(ofInput.html)).toContain('2 → 1 requests without a price: none for output');
  const ofAudio = await admin.post(`${path}/preview`, { model: 'acme-chat-2', usd: '2.50', kind: 'audioInput' });
  expect(readPage(ofAudio.html)).toContain('2 requests stay without a price: none for input and output');
});

test('an address that undoes nothing that could be is refused', async () => {
  for (const ids of ['restore=nonsense', 'remove=nonsense', 'restore=', '']) {
    expect([ids, (await admin.post(`${path}/undo?${ids}`)).status]).toEqual([ids, 400]);
  }
});

test('a preview says that past usage is being rated again, for as long as it is', async () => {
  const preview = async () => readPage((await admin.post(`${path}/preview`, { model: '*', percentOff: '10' })).html);
  const words = 'is being rated again right now, so “cost so far” may be a former cost';
  const finish = () => {
    api.clock.advance(180_000);
    return unscopedReRateUsage(api.deps, { forMs: 10_000 });
  };
  await addTestUsage(api.db, api.tenant.id, [{ model: 'gpt-4.1', at: '2026-11-20T10:00:00Z', costUsd: '1' }]);
  await finish();
  expect(await preview()).not.toContain(words);
  expect((await admin.post(path, { model: 'gpt-4.1', percentOff: '20' })).status).toBe(303);
  expect(await preview()).toContain(words);
  await finish();
  expect(await preview()).not.toContain(words);
});
