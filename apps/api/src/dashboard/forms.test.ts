import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { getProviderKey } from '#domain/provider-keys/get-provider-key.js';
import { listProviderKeys } from '#domain/provider-keys/list-provider-keys.js';
import { type Behaviour, simulatedSecret } from '#simulator/simulated-key.js';
import { createPageVisitor, type PageVisitor } from '#testing/page-visitor.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let admin: PageVisitor;
beforeAll(async () => {
  api = await startTestApi({ createDashboard });
});
afterAll(() => api.close());
beforeEach(async () => {
  admin = await someone();
});

let keys = 0;
const secretOf = (behaviour: Behaviour = 'healthy') => simulatedSecret({ behaviour, label: `no${(keys += 1)}` });

async function someone(): Promise<PageVisitor> {
  return signedInVisitor(api.origin, await api.tokenOf('admin'));
}

const typed = (over: Record<string, string> = {}) => ({
  label: `key ${(keys += 1)}`,
  key: secretOf(),
  model: 'gpt-4o-mini',
  probeMode: 'completion',
  intervalSecs: '',
  dailyCapUsd: '0.05',
  ...over,
});

/** Adds a key through the form; its path. */
async function add(over: Record<string, string> = {}): Promise<{ path: string; id: string; label: string }> {
  const form = typed(over);
  const { status, location } = await admin.post('/dashboard/keys', form);
  expect([status, location]).toEqual([303, expect.stringMatching(/^\/dashboard\/keys\/[\w-]{36}$/)]);
  return { path: location, id: location.slice('/dashboard/keys/'.length), label: form.label };
}

const view = (id: string) => getProviderKey(api, api.tenant.id, id);
const count = async () =>
  (await listProviderKeys(api, api.tenant.id, { limit: 200, probed: { from: new Date(0), to: new Date() } })).items
    .length;
const flashOf = (html: string) => /data-flash>[\s\S]*?<p>([^<]*)</.exec(html)?.[1];

describe('a form is taken only from a page of ours in the same session', () => {
  const form = () => typed();

  test.each([
    ['no token', { _csrf: '' }, {}],
    ['a made-up token', { _csrf: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, {}],
    ['another site’s origin', {}, { origin: 'https://evil.example' }],
    ['the same name on another port', {}, { origin: 'http://127.0.0.1:1' }],
    ['no origin, as sandboxed pages have', {}, { origin: 'null' }],
    ['another site, as the browser says', {}, { 'sec-fetch-site': 'cross-site' }],
    ['another host of the same site', {}, { 'sec-fetch-site': 'same-site' }],
    ['a bookmark', {}, { 'sec-fetch-site': 'none' }],
    ['JSON', {}, { 'content-type': 'application/json' }],
    ['plain text, which other sites may send', {}, { 'content-type': 'text/plain' }],
  ])('refused: %s', async (_name, fields, headers) => {
    const before = await count();
    const { status, html } = await admin.post('/dashboard/keys', { ...form(), ...fields }, headers);
    expect(status).toBe(403);
    expect(html).toContain('This form is too old or came from elsewhere');
    expect(await count()).toBe(before);
  });

  test('refused: the token of another session of the same person', async () => {
    const other = await someone();
    const { html } = await other.get('/dashboard');
    const [, token = ''] = /name="_csrf" value="([^"]+)"/.exec(html) ?? [];
    expect((await admin.post('/dashboard/keys', { ...form(), _csrf: token })).status).toBe(403);
    expect((await other.post('/dashboard/logout', { _csrf: token })).status).toBe(303);
  });

  test('refused in the same ways: sign-in, sign-out, theme', async () => {
    for (const path of ['/dashboard/login', '/dashboard/logout', '/dashboard/theme']) {
      for (const [fields, headers] of [
        [{ _csrf: '' }, {}],
        [{}, { origin: 'https://evil.example' }],
      ] as const) {
        const { status } = await admin.post(path, { token: await api.tokenOf('viewer'), ...fields }, headers);
        expect([path, status]).toEqual([path, 403]);
      }
    }
    expect((await admin.get('/dashboard')).status).toBe(200);
  });

  test('taken: our own origin, by either header', async () => {
    for (const headers of [{ origin: api.origin }, { 'sec-fetch-site': 'same-origin', origin: 'http://inside:80' }]) {
      expect((await admin.post('/dashboard/keys', form(), headers)).status).toBe(303);
    }
  });

  test('what was typed on a page of ours that is too old is there again, but the secret', async () => {
    const given = { ...form(), _csrf: 'of another session' };
    const { status, html } = await admin.post('/dashboard/keys', given, { 'sec-fetch-site': 'same-origin' });
    expect(status).toBe(403);
    expect(html).toContain(`value="${given.label}"`);
    expect(html).toContain('Nothing was done; please send it again.');
    expect(html).not.toContain(given.key);
  });

  test('a form that is no UTF-8 is refused, not read with replacements', async () => {
    const body = '_csrf=x&label=a%ff';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await api.call('POST', '/dashboard/keys', { headers, body })).status).toBe(400);
  });

  test('a form of more than 16 KiB is not read', async () => {
    const { status, html } = await admin.post('/dashboard/keys', typed({ label: 'x'.repeat(17_000) }));
    expect(status).toBe(413);
    expect(html).toContain('16 KiB');
  });
});

test.each([
  ['healthy', /^“x” is stored. It works: OpenAI answered in \d+ ms, for \$0\.\d+\.$/],
  ['invalid', /^“x” is stored. OpenAI does not know this key/],
  ['no-credit', /^“x” is stored. This key is out of credit. Add credit at OpenAI/],
] as const)('a new key is tested at once, and the page says what was found, once: %s', async (behaviour, words) => {
  const label = `x-${behaviour}`;
  const { path } = await add({ label, key: `  "${secretOf(behaviour)}"\n` });
  const flash = flashOf((await admin.get(path)).html);
  expect(flash?.replace(label, 'x')).toMatch(words);
  expect(flashOf((await admin.get(path)).html)).toBeUndefined();
});

test('a refresh in the background leaves what there is to say for the reader', async () => {
  const { path } = await add();
  expect(flashOf((await admin.get(path, { 'sec-fetch-mode': 'cors' })).html)).toBeUndefined();
  expect(flashOf((await admin.get(path, { 'sec-fetch-mode': 'navigate' })).html)).toContain('is stored');
});

test.each([
  [{ label: ' ' }, 'label-error', 'The label must not be empty.'],
  [{ label: 'x'.repeat(201) }, 'label-error', 'The label must have at most 200 characters.'],
  [{ key: '' }, 'key-error', 'Paste the key itself: it begins with “sk-”.'],
  [{ key: 'sk-proj-abc…xyz' }, 'key-error', 'This is a masked key.'],
  [{ dailyCapUsd: 'much' }, 'cap-error', 'The amount must be an amount of USD such as 0.05.'],
  [{ model: '' }, 'model-error', 'The model must not be empty.'],
  [{ intervalSecs: '5' }, 'alert', 'The interval must be at least 10.'],
  [{ intervalSecs: 'often' }, 'alert', 'The interval'],
  [{ probeMode: 'sometimes' }, 'alert', 'The way to test it must be one of completion, models, off.'],
])('a fault is said beside what was typed, and nothing is stored: %j', async (over, place, words) => {
  const before = await count();
  const given = typed({ label: 'kept as typed', dailyCapUsd: '0.17', ...over });
  const { status, html } = await admin.post('/dashboard/keys', given);
  expect(status).toBe(400);
  expect(html.slice(html.indexOf(place === 'alert' ? 'role="alert"' : `id="${place}"`))).toContain(words);
  expect(html).toContain(`value="${given.dailyCapUsd}"`);
  expect(html).not.toContain(given.key || 'no secret was given');
  expect(await count()).toBe(before);
});

test('a label or a key that is stored already is refused with the label that has it', async () => {
  const key = secretOf();
  const { label } = await add({ key });
  const sameLabel = await admin.post('/dashboard/keys', typed({ label: label.toUpperCase() }));
  expect([sameLabel.status, sameLabel.html]).toEqual([409, expect.stringContaining(`the label “${label}” already`)]);
  const sameKey = await admin.post('/dashboard/keys', typed({ key }));
  expect([sameKey.status, sameKey.html]).toEqual([409, expect.stringContaining(`stored already, as “${label}”`)]);
  const focused = ({ html }: typeof sameKey) => [...html.matchAll(/id="(\w+)"[^>]* autofocus/g)].map(([, id]) => id);
  expect([focused(sameLabel), focused(sameKey)]).toEqual([['label'], ['key']]);
});

test('a key that is not to be tested is only stored', async () => {
  const before = api.simulator.controls.requests.length;
  const { path } = await add({ probeMode: 'off' });
  expect(flashOf((await admin.get(path)).html)).toMatch(/is stored\.$/);
  expect(api.simulator.controls.requests.length).toBe(before);
});

test('a model that nobody knows is stored, and said to be so when it is added and when it is changed', async () => {
  const notice = 'No price book and no usage names “gtp-4o”; check the spelling.';
  const { path, label } = await add({ model: 'gtp-4o', probeMode: 'off' });
  expect(flashOf((await admin.get(path)).html)).toBe(`“${label}” is stored. ${notice}`);
  const settings = typed({ label, probeMode: 'off' });
  await admin.post(`${path}/edit`, settings);
  expect(flashOf((await admin.get(path)).html)).toBe(`“${label}” is changed.`);
  await admin.post(`${path}/edit`, { ...settings, model: 'gtp-4o' });
  expect(flashOf((await admin.get(path)).html)).toBe(`“${label}” is changed. ${notice}`);
});

test('editing changes what was changed, and a new name alone makes no key due', async () => {
  const { path, id } = await add();
  const before = await view(id);
  await admin.post(`${path}/edit`, typed({ label: 'renamed' }));
  expect(await view(id)).toEqual({ ...before, label: 'renamed' });
  expect(flashOf((await admin.get(path)).html)).toBe('“renamed” is changed.');
  const settings = { label: 'renamed', model: 'gpt-4.1', probeMode: 'models', intervalSecs: '3600', dailyCapUsd: '1' };
  await admin.post(`${path}/edit`, settings);
  expect(await view(id)).toMatchObject({
    model: 'gpt-4.1',
    probeMode: 'models',
    probeIntervalSecs: 3600,
    probeDailyCapUsd: '1',
  });
  await admin.post(`${path}/edit`, { ...settings, intervalSecs: '' });
  expect((await view(id)).probeIntervalSecs).toBeNull();
});

test('replacing the secret tests the new one and keeps the label', async () => {
  const { path, id, label } = await add({ key: secretOf('invalid') });
  const refused = await admin.post(`${path}/secret`, { key: 'nonsense' });
  expect([refused.status, refused.html]).toEqual([400, expect.stringContaining('OpenAI keys begin with “sk-”.')]);
  expect((await admin.post(`${path}/secret`, { key: secretOf() })).location).toBe(path);
  expect(flashOf((await admin.get(path)).html)).toContain(`The secret of “${label}” is replaced. It works`);
  expect((await view(id)).health).toBe('healthy');
});

test('a key is deleted only by its exact label', async () => {
  const { path, id, label } = await add();
  const wrong = await admin.post(`${path}/delete`, { confirm: label.slice(1) });
  expect([wrong.status, wrong.html]).toEqual([400, expect.stringContaining('Type the label exactly as it is')]);
  expect((await view(id)).label).toBe(label);
  const { location } = await admin.post(`${path}/delete`, { confirm: ` ${label} ` });
  expect(flashOf((await admin.get(location)).html)).toBe(`“${label}” is deleted, and its secret destroyed.`);
  await expect(view(id)).rejects.toMatchObject({ code: 'not-found' });
});

test('switching a key off can be taken back with one press, which leads to where it was pressed', async () => {
  const { path, id } = await add();
  const from = (page: string) => ({ referer: `${api.origin}${page}` });
  const off = await admin.post(`${path}/deactivate`, {}, from('/dashboard/keys?state=working'));
  expect([off.status, off.location]).toEqual([303, '/dashboard/keys?state=working']);
  expect((await view(id)).isActive).toBe(false);
  const { html } = await admin.get(off.location);
  const [, undo = ''] = /data-flash>[\s\S]*?action="([^"]+)"/.exec(html) ?? [];
  expect(undo).toBe(`${path}/activate`);
  // A form is no place to return to.
  expect((await admin.post(undo, {}, from(`${path}/delete`))).location).toBe(path);
  expect((await view(id)).isActive).toBe(true);
  const elsewhere = { referer: 'https://evil.example/dashboard/keys' };
  expect((await admin.post(`${path}/probe`, {}, elsewhere)).location).toBe(path);
});

test('the form that was open when the session ended is come back to', async () => {
  const guest = createPageVisitor(api.origin);
  await guest.get('/dashboard/login');
  const headers = { referer: `${api.origin}/dashboard/keys/new` };
  expect((await guest.post('/dashboard/keys', typed(), headers)).html).toContain('value="/dashboard/keys/new"');
});

test('the theme is kept in a cookie, and the page comes back in it', async () => {
  const { location } = await admin.post('/dashboard/theme', { theme: 'dark', returnTo: '/dashboard/keys?q=x' });
  expect(location).toBe('/dashboard/keys?q=x');
  expect(admin.setCookies).toContain('theme=dark; Max-Age=31536000; Path=/; SameSite=Lax');
  expect((await admin.get(location)).html).toContain('data-theme="dark"');
  const elsewhere = await admin.post('/dashboard/theme', {
    theme: 'dark',
    returnTo: 'https://evil.example/dashboard/x',
  });
  expect(elsewhere.location).toBe('/dashboard');
  admin.cookies.set('theme', '"><script>');
  expect((await admin.get(location)).html).toContain('data-theme="system"');
});
