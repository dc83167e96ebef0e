import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { postSpend } from '#domain/ledger/post-spend.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import type { PageVisitor } from '#testing/page-visitor.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let tenant: Tenant;
let admin: PageVisitor;
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-20T12:00:00.000Z', createDashboard });
});
beforeEach(async () => {
  tenant = await api.addTenant(`tenant-${newId()}`);
  admin = await signedInVisitor(api.origin, await api.tokenOf('admin', tenant));
});
afterAll(() => api.close());

async function connect(name: string): Promise<string> {
  const key = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label: newId() });
  const token = await api.tokenOf('admin', tenant);
  const { json } = await api.call('POST', '/keys?probe=false', { token, body: { label: name, key } });
  return addTestOrganization(api.db, tenant.id, { providerKeyId: json.id, name });
}

const plain = (html: string) => readPage(html.replace(/<(?:script|title|desc)[^>]*>[^<]*<\/[^>]+>/g, ' '));
const readable = (html: string) => html.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
const look = async (query = '') => readable((await admin.get(`/dashboard/balance${query}`)).html);
const part = (html: string, id: string) =>
  plain(new RegExp(`<section id="${id}"[\\s\\S]*?</section>`).exec(html)?.[0] ?? '');

test('without an organization the page says what to do', async () => {
  const html = await look();
  expect(plain(html)).toContain('No organization is connected');
  expect(html).toContain('href="/dashboard/keys/new?kind=admin">Add an admin key<');
});

test('before anything is entered the balance is a dash, and the page asks for one number', async () => {
  await connect('ACME');
  const html = await look();
  expect(part(html, 'balance-figures')).toContain('Prepaid credit left – OpenAI tells no program');
  expect(html).toContain('name="stated"');
  expect(html).not.toContain('$0.00');
});

test('the number stands with its age and with what it is made of', async () => {
  const id = await connect('ACME');
  await addTestReported(api.db, tenant.id, id, [{ at: '2026-11-20T09:00:00Z', costUsd: '3' }]);
  const answer = await admin.post(`/dashboard/balance/${id}/sync`, { stated: ' $1,042.93 ' });
  expect([answer.status, answer.location]).toEqual([303, `/dashboard/balance?organization=${id}`]);
  await addTestReported(api.db, tenant.id, id, [{ at: '2026-11-20T12:00:00Z', costUsd: '1.25' }]);
  const html = await look();
  expect(plain(html)).toContain('The balance is $1,042.93. From here on it is kept by what OpenAI bills.');
  const figures = part(html, 'balance-figures');
  expect(figures).toContain('Prepaid credit left ≈ $1,041.68 Nothing was imported yet');
  expect(figures).toContain('OpenAI showed just now $1,042.93');
  expect(figures).toContain(
    'Billed since without what Fri 20 Nov had cost before $0.00 Estimated today by usage since then; UTC ≈ −$1.25',
  );
  expect(figures).toContain('At most: the last import is more than an hour old');
});

test('how long it lasts is a guess with its range, drawn and in a table', async () => {
  const id = await connect('ACME');
  const days = Array.from({ length: 28 }, (_, index) => ({
    day: new Date(Date.parse('2026-11-20') - (index + 1) * 86_400_000).toISOString().slice(0, 10),
    usd: index % 2 === 0 ? '4' : '6',
  }));
  await addTestBilled(api.db, tenant.id, id, days);
  await admin.post(`/dashboard/balance/${id}/sync`, { stated: '51' });
  const html = await look();
  expect(part(html, 'balance-figures')).toMatch(
    /Lasts ≈ 10 days \d+ to \d+ days, until about 30 Nov 2026 .* Billed a day, last 7 days \$4\.86 Billed a day, last 28 days \$5\.00/,
  );
  const chart = part(html, 'balance-course');
  expect(chart).toContain('Fri 20 Nov, now ≈ $51.00');
  expect(chart).toMatch(/Sun 22 Nov ≈ \$38\.59 \$3\d\.\d\d \$4\d\.\d\d/);
});

test('of more organizations than there are tabs, each has its page and its file; what names none is not found', async () => {
  for (let count = 0; count < 50; count += 1) await addTestOrganization(api.db, tenant.id);
  const id = await connect('Without a tab');
  expect((await admin.post(`/dashboard/balance/${id}/sync`, { stated: '7' })).status).toBe(303);
  expect(part(await look(`?organization=${id}`), 'balance-figures')).toContain('$7.00');
  expect((await admin.get(`/dashboard/balance.csv?organization=${id}`)).html).toContain('sync,7,,7,');
  for (const path of ['/dashboard/balance', '/dashboard/balance.csv']) {
    expect([path, (await admin.get(`${path}?organization=nobody`)).status]).toEqual([path, 404]);
  }
});

test('credit that is used up is not drawn as if it came back, and is estimated from the day it is counted from', async () => {
  const id = await connect('ACME');
  const days = Array.from({ length: 9 }, (_, index) => ({ day: `2026-11-0${1 + index}`, usd: '5' }));
  await addTestBilled(api.db, tenant.id, id, days);
  await addTestReported(api.db, tenant.id, id, [
    { at: '2026-11-19T09:00:00Z', costUsd: '2' },
    { at: '2026-11-20T09:00:00Z', costUsd: '3' },
  ]);
  await admin.post(`/dashboard/balance/${id}/deposit`, { amount: '1', at: '2026-11-19', lastDay: '', note: '' });
  const html = await look();
  const figures = part(html, 'balance-figures');
  expect(figures).toContain('Nothing left');
  expect(figures).toContain('Estimated since Thu 19 Nov: usage beyond the bill, which is not settled ≈ −$5.00');
  expect(html).toContain('from=2026-11-19');
  const chart = part(html, 'balance-course');
  expect(chart).toContain('Fri 20 Nov, now ≈ −$4.00');
  expect(chart).not.toContain('Sat 21 Nov');
  expect(chart).not.toContain('$0.00');
});

test('a cost of days without a settled bill is called no bill, and says what is estimated', async () => {
  const id = await connect('ACME');
  const used = ['13', '14', '15', '16', '17', '18', '19'].map((day) => ({
    at: `2026-11-${day}T09:00:00Z`,
    costUsd: '3',
  }));
  await addTestReported(api.db, tenant.id, id, used);
  await admin.post(`/dashboard/balance/${id}/sync`, { stated: '50' });
  const unbilled = await look();
  expect(part(unbilled, 'balance-figures')).toContain(
    'Cost a day, last 7 days estimated by usage: no bill is settled ≈ $3.00',
  );
  expect(part(unbilled, 'balance-figures')).not.toContain('Billed a day');
  // A week is all that is known, and so one row.
  expect(part(unbilled, 'balance-figures').match(/Cost a day/g)).toHaveLength(1);
  expect(unbilled).toMatch(/<dt>Cost a day[^]*?<a href="[^"]*book=reported[^"]*from=2026-11-13/);
  await addTestBilled(api.db, tenant.id, id, [{ day: '2026-11-13', usd: '10' }]);
  expect(part(await look(), 'balance-figures')).toContain(
    'Cost a day, last 7 days 6 days are estimated by usage: the bill is not settled ≈ $4.00',
  );
});

test('each figure leads to what made it', async () => {
  const id = await connect('ACME');
  const days = Array.from({ length: 9 }, (_, index) => ({ day: `2026-11-${11 + index}`, usd: '4' }));
  await addTestBilled(api.db, tenant.id, id, days);
  await addTestBilled(api.db, tenant.id, await connect('Globex'), days);
  await addTestReported(api.db, tenant.id, id, [{ at: '2026-11-20T09:00:00Z', costUsd: '1.25' }]);
  const deposit = { amount: '100', at: '2026-11-18', lastDay: '', note: '' };
  await admin.post(`/dashboard/balance/${id}/deposit`, deposit);
  await postSpend(api, tenant.id, id);
  const html = await look(`?organization=${id}`);
  const follow = async (before: RegExp) => {
    const [, href = ''] = new RegExp(`${before.source}[^<]*(?:<(?!a )[^>]*>[^<]*)*<a href="([^"]+)"`).exec(html) ?? [];
    return plain((await admin.get(href)).html);
  };
  // From the day on which the books open.
  expect(await follow(/<dt>Billed since/)).toContain('Cost billed $8.00');
  expect(await follow(/<dt>Estimated today/)).toContain('Fri 20 Nov not final – $1.25 –');
  expect(await follow(/<dt>Billed a day, last 7 days/)).toContain('Cost billed $28.00');
  expect(await follow(/<span class="nowrap">Thu 19 Nov/)).toMatch(/Cost billed \$4\.00 .* 19 Nov 2026/);
  expect(html).toMatch(/<dt>Deposits[^<]*<\/dt><dd><a href="#ledger"/);
});

test('what was in another year says which', async () => {
  const id = await connect('ACME');
  await admin.post(`/dashboard/balance/${id}/deposit`, { amount: '100', at: '2025-12-31', lastDay: '', note: '' });
  await addTestBilled(api.db, tenant.id, id, [{ day: '2025-12-31', usd: '4' }]);
  await postSpend(api, tenant.id, id);
  const html = await look(`?organization=${id}`);
  const dates = [...html.matchAll(/<span class="nowrap">([^<]+)</g)].map(([, date]) => date);
  expect(new Set(dates)).toEqual(new Set(['31 Dec 2025']));
});

test('a deposit that is entered by its day is shown with that day, wherever the tenant is', async () => {
  for (const reportingTimeZone of ['America/New_York', 'Asia/Tokyo']) {
    tenant = await api.addTenant(`tenant-${newId()}`, { reportingTimeZone });
    admin = await signedInVisitor(api.origin, await api.tokenOf('admin', tenant));
    const id = await connect('ACME');
    await admin.post(`/dashboard/balance/${id}/deposit`, { amount: '100', at: '2026-11-18', lastDay: '', note: '' });
    expect(part(await look(), 'ledger')).toContain('Wed 18 Nov');
    expect(part(await look(), 'ledger')).not.toMatch(/17 Nov|18 Nov, /);
  }
});

describe('a form that is wrong', () => {
  test('keeps what was typed, says why, and enters nothing', async () => {
    const id = await connect('ACME');
    const wrong = await admin.post(`/dashboard/balance/${id}/sync`, { stated: 'much', reason: 'as seen' });
    expect(wrong.status).toBe(400);
    expect(wrong.html).toContain('value="much"');
    expect(wrong.html).toContain('value="as seen"');
    expect(plain(wrong.html)).toContain('The balance must be an amount of USD such as 42.93');
    const late = await admin.post(`/dashboard/balance/${id}/deposit`, {
      amount: '25',
      at: '2026-11-21',
      lastDay: '',
      note: 'n',
    });
    expect(late.status).toBe(400);
    expect(plain(late.html)).toContain('A deposit cannot lie in the future.');
    expect(late.html).toContain('value="2026-11-21"');
    const empty = await admin.post(`/dashboard/balance/${id}/correct`, { amount: '5', reason: '' });
    expect(plain(empty.html)).toContain('The reason must not be empty.');
    expect(await look()).not.toContain('id="ledger"');
  });

  test('of another tenant’s organization is a page that says there is none', async () => {
    const id = await connect('ACME');
    tenant = await api.addTenant(`tenant-${newId()}`);
    const stranger = await signedInVisitor(api.origin, await api.tokenOf('admin', tenant));
    expect((await stranger.post(`/dashboard/balance/${id}/sync`, { stated: '1' })).status).toBe(404);
    expect((await stranger.get(`/dashboard/balance?organization=${id}`)).status).toBe(404);
    expect((await stranger.get(`/dashboard/balance.csv?organization=${id}`)).status).toBe(404);
  });
});

test('a form that is sent twice counts once', async () => {
  const id = await connect('ACME');
  const html = await look();
  const [, idempotencyKey = ''] = /action="[^"]*deposit"[\s\S]*?name="idempotencyKey" value="([^"]+)"/.exec(html) ?? [];
  const form = { amount: '25', at: '', lastDay: '', note: '', idempotencyKey };
  await Promise.all([1, 2, 3].map(() => admin.post(`/dashboard/balance/${id}/deposit`, form)));
  expect((await look()).match(/<span>Deposit<\/span>/g)).toHaveLength(1);
});

test('a deposit from before the last sync is recorded, and the page says why the balance stays', async () => {
  const id = await connect('ACME');
  await admin.post(`/dashboard/balance/${id}/sync`, { stated: '40' });
  await admin.post(`/dashboard/balance/${id}/deposit`, {
    amount: '25',
    at: '2026-11-19',
    lastDay: '2027-01-31',
    note: '',
  });
  const html = await look();
  expect(plain(html)).toContain('so the balance stays.');
  expect(part(html, 'balance-figures')).toContain('≈ $40.00');
  expect(part(html, 'ledger')).toContain('Deposit Good until 31 Jan 2027');
});

test('the balance at the end of a day stands once, beside the newest entry of that day', async () => {
  const id = await connect('ACME');
  const enter = (at: string, amount: string) =>
    admin.post(`/dashboard/balance/${id}/deposit`, { amount, at, lastDay: '', note: '' });
  await admin.post(`/dashboard/balance/${id}/correct`, { amount: '1', reason: 'granted' });
  for (const at of ['2026-11-18', '2026-11-18', '2026-11-19']) await enter(at, '25');
  const html = await look();
  expect(html).toContain('Balance, end of day');
  const balances = [...html.matchAll(/<td[^>]*cell-balance">([\s\S]*?)<\/td>/g)].map(([, cell = '']) => plain(cell));
  expect(balances).toEqual(['≈ $76.00', '$75.00', '$50.00', '']);
  await admin.post(`/dashboard/balance/${id}/sync`, { stated: '40' });
  const opened = [...(await look()).matchAll(/<td[^>]*cell-balance">([\s\S]*?)<\/td>/g)].map(([, cell = '']) =>
    plain(cell),
  );
  expect(opened).toEqual(['≈ $40.00', '', '–', '–', '']);
});

test('an entry is taken back with a button, and stays in the list', async () => {
  const id = await connect('ACME');
  await admin.post(`/dashboard/balance/${id}/sync`, { stated: '4293' });
  const [, undo = ''] = /<section id="ledger"[\s\S]*?<form method="post" action="([^"]+)"/.exec(await look()) ?? [];
  const answer = await admin.post(undo);
  expect(answer.status).toBe(303);
  const html = await look();
  expect(part(html, 'balance-figures')).toContain('Prepaid credit left –');
  expect(part(html, 'ledger')).toContain('Taken back');
  expect(part(html, 'ledger')).toContain('undone');
});

test('a sync that was taken back keeps the reason that was given for it', async () => {
  const id = await connect('ACME');
  await admin.post(`/dashboard/balance/${id}/sync`, { stated: '50' });
  await admin.post(`/dashboard/balance/${id}/sync`, { stated: '40', reason: 'grant ended' });
  const [, undo = ''] = /<section id="ledger"[\s\S]*?<form method="post" action="([^"]+)"/.exec(await look()) ?? [];
  await admin.post(undo);
  expect(part(await look(), 'drift')).toContain('undone grant ended');
});

test('each organization has its own ledger behind a tab of its own', async () => {
  const [first, second] = [await connect('ACME'), await connect('Globex')];
  await admin.post(`/dashboard/balance/${second}/sync`, { stated: '7' });
  expect(part(await look(), 'balance-figures')).toContain('–');
  const html = await look(`?organization=${second}`);
  expect(part(html, 'balance-figures')).toContain('≈ $7.00');
  expect(html).toContain(`href="/dashboard/balance?organization=${first}"`);
  const csv = await admin.get(`/dashboard/balance.csv?organization=${second}`);
  expect(csv.html.split('\n')[1]).toContain('sync,7,,7,');
});

test('who may only look sees the number and no form', async () => {
  const id = await connect('ACME');
  await admin.post(`/dashboard/balance/${id}/sync`, { stated: '7' });
  const viewer = await signedInVisitor(api.origin, await api.tokenOf('viewer', tenant));
  const { html } = await viewer.get('/dashboard/balance');
  expect(part(html, 'balance-figures')).toContain('≈ $7.00');
  expect(html).not.toContain(`/dashboard/balance/${id}/`);
});

test('the ledger is paged', async () => {
  const id = await connect('ACME');
  for (let index = 0; index < 27; index += 1) {
    await admin.post(`/dashboard/balance/${id}/correct`, { amount: '1', reason: `number ${index}` });
  }
  const html = await look();
  const [, older = ''] = /href="([^"]+cursor=[^"]+)"/.exec(html) ?? [];
  const rest = (await admin.get(older)).html;
  expect(part(rest, 'ledger')).toContain('number 1 ');
  expect(part(rest, 'ledger')).not.toContain('number 2 ');
});
