import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { issueAccessToken } from '#domain/access-tokens/issue-access-token.js';
import { revokeAccessToken } from '#domain/access-tokens/revoke-access-token.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestProjects } from '#testing/add-test-projects.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { launchTestBrowser } from '#testing/test-browser.js';
import { unreadAmounts } from '#testing/unread-amounts.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let browser: Browser;
beforeAll(async () => {
  // The real time, as the script in the page has no other.
  api = await startTestApi({ now: new Date().toISOString(), createDashboard });
  browser = await launchTestBrowser();
});
afterAll(async () => {
  await browser.close();
  await api.close();
});

/** What the browser complained of: scripts, network, and above all the content security policy. */
const complaints: string[] = [];
beforeEach(() => {
  complaints.length = 0;
});

const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };
const wide = { width: 1440, height: 900 };
const widest = { width: 1920, height: 1080 };

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: api.origin, viewport: desktop, ...options });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  await page.goto(path);
  return page;
}

async function signIn(page: Page, token: string): Promise<void> {
  await page.fill('#token', token);
  await page.click('button:has-text("Sign in")');
  await page.waitForSelector('h1');
}

test('a price list is taken from a file, as if it had been pasted', async () => {
  const page = await open('/dashboard/login');
  await signIn(page, await api.tokenOf('admin'));
  await page.goto('/dashboard/prices/own');
  await page.click('summary:has-text("Many at once")');
  const buffer = Buffer.from('model,percent_off\ngpt-4o,12\n');
  await page.setInputFiles('#csv-file', { name: 'own.csv', mimeType: 'text/csv', buffer });
  await page.click('details button:has-text("See what it changes")');
  await page.waitForSelector('h1:has-text("What this changes")');
  expect(await page.textContent('main')).toContain('12 % off');
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a new token is copied by a press, and no button is there that could not', async () => {
  const copied = async (options: BrowserContextOptions) => {
    const page = await open('/dashboard/login', options);
    await signIn(page, await api.tokenOf('admin'));
    await page.goto('/dashboard/settings/tokens/new');
    await page.fill('#name', newId());
    await page.click('button:has-text("Issue")');
    await page.waitForSelector('h1:has-text("your new token")');
    const button = page.locator('button:has-text("Copy")');
    if (!(await button.isVisible())) return null;
    await button.click();
    await page.waitForSelector('button:has-text("Copied")');
    const clipboard = await page.evaluate<string>('navigator.clipboard.readText()');
    return clipboard === (await page.inputValue('main #token'));
  };
  expect(await copied({ permissions: ['clipboard-read', 'clipboard-write'] })).toBe(true);
  expect(await copied({ javaScriptEnabled: false })).toBe(null);
  expect(complaints).toEqual([]);
});

test('what a key will cost follows what is pasted, which stays in its field until it is sent', async () => {
  const page = await open('/dashboard/login');
  await signIn(page, await api.tokenOf('admin'));
  await page.goto('/dashboard/keys/new');
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const costOf = async (pasted: string) => {
    await page.fill('#key', pasted);
    return page.textContent('[data-cost-line]');
  };
  const admin = simulatedSecret({ behaviour: 'healthy', kind: 'admin', label: 'pasted' });
  const project = simulatedSecret({ behaviour: 'healthy', label: 'pasted' });
  expect(await costOf(project)).toMatch(/This will cost ≈ \$0\.\d+ a day, for 288 probes\./);
  for (const pasted of [admin, `OPENAI_ADMIN_KEY="${admin}"`]) {
    expect(await costOf(pasted)).toBe('This will cost nothing a day, for 288 probes.');
  }
  await page.check('input[value=off]');
  expect(await page.textContent('[data-cost-line]')).toBe('This will cost nothing a day, for 0 probes.');
  await page.check('input[value=completion]');
  expect(await costOf('')).toContain('≈ $');
  expect(requests).toEqual([]);
  expect(await page.evaluate('Object.keys(localStorage).concat(Object.keys(sessionStorage))')).toEqual([]);
  expect(await page.content()).not.toContain(admin);
  expect(complaints).toEqual([]);
  await page.context().close();
});

describe.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])('scripts: $javaScriptEnabled', (options) => {
  test('a key is added, tested, priced, switched off and on, and deleted', async () => {
    const label = `billing-prod-${options.javaScriptEnabled ? 'scripted' : 'plain'}`;
    const page = await open('/', options);
    const press = (button: string) => page.click(`button:has-text("${button}"):visible`);
    const flash = () => page.textContent('[data-flash]');
    await signIn(page, await api.tokenOf('admin'));
    await page.click('nav a:has-text("Keys")');

    await page.click('a:has-text("Add a key"):visible');
    await page.fill('#label', label);
    await page.fill('#key', simulatedSecret({ behaviour: 'healthy', label }));
    await press('Store and test');
    await page.waitForSelector('#key-state');
    expect(await flash()).toMatch(/is stored\. It works: OpenAI answered in .+, for \$0\.00000\d+\./);
    expect(await page.textContent('#key-badge')).toContain('Healthy');
    expect(await page.textContent('#key-figures')).toMatch(/1 \/ 1[\s\S]+Probe cost today\s*\$0\.00000\d+/);
    expect(await page.locator('#key-runs tbody tr').count()).toBe(1);

    await press('Test now');
    // Not the second row first, which the page before may have brought in by itself.
    await page.waitForSelector('[data-flash]:has-text("was tested. It works")');
    expect(await page.locator('#key-runs tbody tr').count()).toBe(2);

    await page.click('summary[aria-label="More actions"]');
    await press('Deactivate');
    await page.waitForSelector('button:has-text("Undo")');
    expect(await page.textContent('#key-badge')).toContain('Inactive');
    await press('Undo');
    await page.waitForSelector('[data-flash]:has-text("is active again")');
    expect(await page.textContent('#key-badge')).toContain('Healthy');

    await page.click('summary[aria-label="More actions"]');
    await page.click('a:has-text("Delete…"):visible');
    await page.fill('#confirm', label);
    await press('Delete for good');
    await page.waitForSelector('[data-flash]:has-text("is deleted")');
    expect(await page.locator(`.keys-table a:has-text("${label}")`).count()).toBe(0);
    await page.context().close();
    expect(complaints).toEqual([]);
  });
});

test('figures are fresh without a reload, and a session that ended shows at once', async () => {
  const { id, token } = await issueAccessToken(api, api.tenant.id, { name: 'watcher', role: 'viewer' });
  const admin = await api.tokenOf('admin');
  const body = { label: 'watched', key: simulatedSecret({ behaviour: 'healthy', label: 'watched' }) };
  const key = (await api.call('POST', '/keys', { token: admin, body })).json.id as string;
  const page = await open(`/dashboard/keys/${key}`);
  await signIn(page, token.reveal());
  expect(await page.locator('#key-runs tbody tr').count()).toBe(1);

  await api.call('POST', `/keys/${key}/probe`, { token: admin });
  // As on coming back to the tab; else it takes a quarter of a minute.
  const comeBack = () => page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
  await comeBack();
  await page.waitForSelector('#key-runs tbody tr:nth-child(2)');

  await revokeAccessToken(api, { role: 'admin', tenant: api.tenant }, id);
  await comeBack();
  await page.waitForSelector('#token');
  expect(await page.inputValue('[name=returnTo]')).toBe(`/dashboard/keys/${key}`);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('a day of a chart is opened by a click and by the keyboard, and by a link without scripts', async () => {
  const tenant = await api.addTenant('charted');
  const at = new Date(api.clock.now().getTime() - 86_400_000).toISOString();
  await addTestUsage(api.db, tenant.id, [{ at, costUsd: '1.5' }]);
  const day = at.slice(0, 10);
  const page = await open('/dashboard/spend');
  await signIn(page, await api.tokenOf('viewer', tenant));
  const isDay = () => page.waitForURL(`**/spend?range=custom&from=${day}&to=${day}*`);
  await page.goto('/dashboard/spend?range=last-7-days');
  await page.click('.column[data-href] .mark');
  await isDay();
  await page.goBack();
  await page.focus('.chart-plot');
  for (const key of ['ArrowRight', 'ArrowLeft', 'Enter']) await page.keyboard.press(key);
  await isDay();
  await page.goBack();
  await page.click('.chart-table summary');
  await page.click('.chart-table tbody tr:nth-child(2) a');
  await isDay();
  expect(await page.textContent('#spend-figures')).toContain('$1.50');
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('on paper of a dark screen all is light, and tables have all their columns and fit', async () => {
  const tenant = await api.addTenant('printed');
  await addTestUsage(api.db, tenant.id, [
    { at: new Date(api.clock.now().getTime() - 3_600_000).toISOString(), costUsd: '1234567.5' },
  ]);
  const token = await api.tokenOf('admin', tenant);
  const body = { label: 'printed', key: simulatedSecret({ behaviour: 'healthy', label: 'printed' }) };
  await api.call('POST', '/keys', { token, body });
  // A4 at 96 dpi, less a centimetre at each side.
  const page = await open('/dashboard', { viewport: { width: 718, height: 1047 }, colorScheme: 'dark' });
  await signIn(page, token);
  expect(await page.locator('#printed-as').isVisible()).toBe(false);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  for (const path of ['/spend', '/keys', '/usage']) {
    await page.goto(`/dashboard${path}`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(718);
    const cells = await page
      .locator('.fitted tbody td:not(.cell-menu)')
      .evaluateAll((all) => all.map((cell) => cell.computedStyleMap().get('display')?.toString()));
    expect(new Set(cells)).toEqual(new Set(['table-cell']));
    expect(await page.evaluate('getComputedStyle(document.body).colorScheme')).toBe('light');
    expect(await page.locator('#printed-as').innerText()).toMatch(/^printed, \d+ \w+ \d{4}, [\d:]+ \(UTC\)$/);
  }
  await page.context().close();
});

test('a form with a fault keeps what was typed, and says that the program is gone for no longer than it is', async () => {
  const page = await open('/dashboard/spend');
  await signIn(page, await api.tokenOf('admin'));
  await page.click('summary:has-text("Change limits")');
  await page.fill('#f-daily', '50');
  await page.fill('#f-monthly', '1e5');
  await page.click('button:has-text("Save limits")');
  await page.waitForSelector('#f-monthly[aria-invalid]:focus');
  const comeBack = async () => {
    const answered = page.waitForResponse((response) => response.request().method() === 'GET');
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await answered;
  };
  await page.context().setOffline(true);
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
  await page.waitForSelector('html.is-offline');
  await page.context().setOffline(false);
  // What the page made of the first answer is done when the second comes.
  await comeBack();
  await comeBack();
  expect(await page.getAttribute('html', 'class')).not.toContain('is-offline');
  expect([await page.inputValue('#f-daily'), await page.inputValue('#f-monthly')]).toEqual(['50', '1e5']);
  await page.context().close();
});

describe.each([phone, desktop, wide])('at $width px', (viewport) => {
  test('what is compared stays on its line, and every range is in sight', async () => {
    const tenant = await api.addTenant(`lines-${viewport.width}`);
    const key = { label: 'admin', key: simulatedSecret({ behaviour: 'invalid', label: `admin-${viewport.width}` }) };
    const token = await api.tokenOf('admin', tenant);
    const { id: providerKeyId } = (await api.call('POST', '/keys', { token, body: key })).json;
    const organization = await addTestOrganization(api.db, tenant.id, { providerKeyId, name: 'ACME' });
    const before = (days: number) => new Date(api.clock.now().getTime() - days * 86_400_000).toISOString();
    const projectId = 'proj_aMYKeiHUO3QZgL36CPmWLaoZ';
    const projects = [{ id: projectId, name: 'Voice agents' }];
    await addTestProjects(api.db, tenant.id, organization, { seenAt: before(0), projects });
    const usage = [0, 1, 2, 8, 14].map((days) => ({
      at: before(days),
      projectId,
      costUsd: days === 0 ? '93.34' : '281.44',
    }));
    await addTestReported(api.db, tenant.id, organization, usage);
    const page = await open('/dashboard', { viewport });
    await signIn(page, token);
    const lines = (selector: string) =>
      page.evaluate(`Array.from(document.querySelectorAll('${selector}'), (element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return new Set(Array.from(range.getClientRects(), ({ bottom }) => Math.round(bottom))).size;
      })`);
    await page.goto('/dashboard/reconciliation?by=project');
    expect(await lines('.recon-table tbody code')).toEqual([1]);
    for (const range of ['today', 'last-7-days']) {
      await page.goto(`/dashboard/spend?book=reported&by=project&range=${range}`);
      expect(await lines('#spend-table tfoot [data-label=Change] [aria-hidden]')).toEqual([1]);
    }
    const last = await page.locator('.spend-tools .segmented a').last().boundingBox();
    expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThan(viewport.width);
    await page.context().close();
  });
});

test('each organization of the balance is whole on a phone, however long its name', async () => {
  const tenant = await api.addTenant('switched');
  const names = ['Northwind International Holdings and Subsidiaries, Production', `Donau${'dampfschiff'.repeat(6)}`];
  for (const name of names) await addTestOrganization(api.db, tenant.id, { name });
  const page = await open('/dashboard/balance', { viewport: phone });
  await signIn(page, await api.tokenOf('admin', tenant));
  const cut = `Array.from(document.querySelectorAll('[aria-label=Organizations] a'), (tab) =>
    tab.getBoundingClientRect().right > innerWidth || tab.scrollWidth > tab.clientWidth)`;
  expect(await page.evaluate(cut)).toEqual([false, false]);
  await page.context().close();
});

describe.each([desktop, phone, wide, widest])('a long name of a tenant, at $width px', (viewport) => {
  test.each([
    ['words', 'Northwind International Holdings and Subsidiaries of the Greater Metropolitan Region '.padEnd(120, 'x')],
    ['no space', 'Donaudampfschifffahrtsgesellschaft'.padEnd(60, 'x')],
  ])('of %s stays in the bar, beside its sections, and is whole in its menu', async (_, name) => {
    const tenant = await api.addTenant(`long-${newId()}`);
    const token = await api.tokenOf('admin', tenant);
    await api.call('PATCH', '/tenant', { token, body: { name } });
    await addTestUsage(api.db, tenant.id, [{ at: api.clock.now().toISOString(), model: 'unheard-of', costUsd: null }]);
    const page = await open('/dashboard', { viewport });
    await signIn(page, token);
    expect(await page.locator('.nav-badge').first().textContent()).toContain('1');
    expect((await page.locator('.tenant-name').boundingBox())?.width).toBeGreaterThan(48);
    const rightOf = async (selector: string) => {
      const { x = 0, width = 0 } = (await page.locator(selector).first().boundingBox()) ?? {};
      return Math.round(x + width);
    };
    expect(await rightOf('.menu-viewer > summary')).toBe(await rightOf('main .panel'));
    await page.click('.menu-viewer > summary');
    const panel = await page.locator('.menu-viewer .menu-panel').boundingBox();
    expect(panel?.x).toBeGreaterThanOrEqual(0);
    expect(await rightOf('.menu-viewer .menu-panel')).toBeLessThanOrEqual(viewport.width);
    expect(await page.textContent('.menu-facts')).toContain(name);
    expect(await page.getAttribute('.tenant-name', 'title')).toBe(name);
    await page.context().clearCookies();
    await page.goto(`/dashboard/settings/tenants/${tenant.id}`);
    await signIn(page, await api.tokenOf('platform-admin'));
    await page.click('button:has-text("Look into it")');
    await page.waitForSelector('.looking-into');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
    await page.context().close();
  });
});

describe('every page', () => {
  const label = 'globex-support-bot-production-eu-central-1-with-a-very-long-label';
  const longName = Array.from({ length: 12 }, (_, index) => `Globex ${index}`).join(' & ');
  let healthy: string;
  let dead: string;
  let full: string;
  let empty: string;
  let organization: string;
  let publicApi: TestApi;
  beforeAll(async () => {
    publicApi = await startTestApi({ createDashboard, settings: { dashboardPublic: true } });
    const shown = { token: await publicApi.tokenOf('admin', await publicApi.addTenant('default')) };
    const body = { label: 'seen by all', key: simulatedSecret({ behaviour: 'healthy', label: 'public' }) };
    await publicApi.call('POST', '/keys', { ...shown, body });
    empty = await api.tokenOf('admin', await api.addTenant('empty'));
    const tenant = await api.addTenant('full', { reportingTimeZone: 'Europe/Berlin' });
    full = await api.tokenOf('admin', tenant);
    const add = async (name: string, behaviour: 'healthy' | 'invalid' | 'no-credit') => {
      const body = { label: name, key: simulatedSecret({ behaviour, label: name }) };
      return (await api.call('POST', '/keys', { token: full, body })).json.id as string;
    };
    healthy = await add(label, 'healthy');
    dead = await add('dead', 'invalid');
    await add('<script>alert(1)</script>', 'no-credit');
    const at = new Date(api.clock.now().getTime() - 3 * 86_400_000).toISOString();
    const models = ['gpt-5.1', 'gpt-4o-mini', 'o3', 'unheard-of'];
    organization = await addTestOrganization(api.db, tenant.id, { providerKeyId: dead, name: label });
    await addTestReported(
      api.db,
      tenant.id,
      organization,
      models.map((model, index) => ({ at, model, projectId: label, costUsd: index === 3 ? null : `${index}.5` })),
    );
    const day = at.slice(0, 10);
    await addTestBilled(api.db, tenant.id, organization, [{ day, usd: '123456789.5', projectId: label, readAt: at }]);
    await addTestProjects(api.db, tenant.id, organization, { seenAt: at, projects: projectsOf(healthy, at) });
    const change = async (method: 'PUT' | 'PATCH' | 'POST', path: string, body: object) => {
      const { status, text } = await api.call(method, path, { token: full, body });
      expect(status < 300 ? '' : text).toBe('');
    };
    await change('PUT', '/usage/limits', { dailyUsd: '1', monthlyUsd: '9000000' });
    await change('POST', '/ledger/sync', { organization, statedUsd: '7654321.5' });
    await change('POST', '/ledger/deposits', { organization, amountUsd: '123456789.5' });
    await change('POST', '/ledger/sync', { organization, statedUsd: '1244567.12' });
    const own = { model: 'm'.repeat(200), kind: 'cachedInput', usdPerUnit: '0.009876543212', note: label };
    await change('PATCH', '/prices', { add: [own, { model: '*', percentOff: '-10' }] });
    await change('PATCH', '/tenant', { name: longName });
    await change('POST', '/access-tokens', { name: longName, role: 'viewer' });
    await addTestUsage(
      api.db,
      tenant.id,
      models.map((model, index) => ({ at, model, keyId: healthy, costUsd: index === 3 ? null : `${index + 1}.5` })),
    );
  });

  afterAll(() => publicApi.close());

  const projectsOf = (providerKeyId: string, at: string) => [
    {
      id: label,
      name: label,
      spendLimit: { usd: '1234567.5', interval: 'month', isEnforcing: true },
      spendAlerts: [{ id: 'a', usd: '0.01', interval: 'month', recipients: [`${label}@example.com`] }],
      rateLimits: [{ model: label, tokensPerMinute: 150_000_000 }],
      keys: [
        { id: 'key_1', name: label, redactedValue: `sk-proj-${'*'.repeat(150)}abcd`, providerKeyId, ownerName: label },
        { id: 'key_2', hasOwnerAccess: false, lastUsedAt: at, expiresAt: at },
        { id: 'key_3', goneAt: at, providerKeyId },
      ],
    },
    { id: 'proj_2', isArchived: true },
  ];

  const sections = 'keys spend projects balance reconciliation organizations usage prices'.split(' ');
  const ofTheEmpty = ['/dashboard', ...sections.map((section) => `/dashboard/${section}`)];
  const ofTheFull = () => [
    ...ofTheEmpty,
    '/dashboard/keys/new',
    ...['', '/edit', '/secret', '/delete'].map((page) => `/dashboard/keys/${healthy}${page}`),
    `/dashboard/keys/${dead}`,
    '/dashboard/keys?q=nothing-like-it',
    '/dashboard/spend?book=reported&by=model&project=a&range=last-7-days',
    '/dashboard/spend?book=measured&by=key',
    '/dashboard/spend?range=yesterday',
    '/dashboard/spend?book=gas',
    ...['day', 'project', 'key', 'model'].map((by) => `/dashboard/reconciliation?by=${by}`),
    '/dashboard/usage/reported?day=2026-11-17',
    '/dashboard/projects?q=nothing-like-it',
    `/dashboard/projects/${label}`,
    '/dashboard/projects/proj_2',
    ...['', '?drift=gone', '?drift=expiring', '/rename'].map(
      (page) => `/dashboard/organizations/${organization}${page}`,
    ),
    '/dashboard/usage?model=gpt-5.1&from=2020-01-01&to=2019-01-01',
    '/dashboard/prices?q=gpt-5&tier=batch&at=2026-10-01',
    '/dashboard/prices?q=nothing-like-it',
    '/dashboard/prices/own',
    '/dashboard/audit',
    ...['', '/retention?days=60', '/tokens', '/tokens/new', '/sessions', '/sessions/everywhere'].map(
      (page) => `/dashboard/settings${page}`,
    ),
    '/dashboard/no-such-page',
  ];
  const ways = [
    { colorScheme: 'light', viewport: desktop },
    { colorScheme: 'light', viewport: { width: 768, height: 1024 } },
    { colorScheme: 'dark', viewport: phone },
  ] as const;

  test.each(ways)(
    'has no fault that axe knows, in $colorScheme at $viewport.width px, and fits',
    { timeout: 240_000 },
    async (way) => {
      const page = await open('/dashboard/login', way);
      const faults = await examine(page, ['/dashboard/login']);
      await signIn(page, empty);
      faults.push(...(await examine(page, ofTheEmpty)));
      await page.context().clearCookies();
      await page.goto('/dashboard/login');
      await signIn(page, full);
      faults.push(...(await examine(page, ofTheFull())));
      await page.context().clearCookies();
      await page.goto('/dashboard/login');
      await signIn(page, await api.tokenOf('platform-admin'));
      const tenants = '/dashboard/settings/tenants';
      const other = await api.db.unscoped.tenant.findUnique({ where: { slug: 'full' } });
      const ofOther = ['', '/suspend', '/delete'].map((action) => `${tenants}/${other?.id}${action}`);
      faults.push(...(await examine(page, [tenants, `${tenants}?q=nothing-like-it`, ...ofOther])));
      await page.goto(`${tenants}/${other?.id}`);
      await page.click('button:has-text("Look into it")');
      await page.waitForSelector('.looking-into');
      faults.push(...(await examine(page, ['/dashboard/keys'])));
      const inPublic = ['', '/keys', '/usage', '/prices', '/login'].map(
        (path) => `${publicApi.origin}/dashboard${path}`,
      );
      faults.push(...(await examine(page, inPublic)));
      await page.context().close();
      expect(faults).toEqual([]);
      // Answers of an error are no fault of the page.
      expect(complaints.filter((text) => !/status of 40[04]/.test(text))).toEqual([]);
    },
  );

  async function examine(page: Page, paths: string[]): Promise<string[]> {
    const faults: string[] = [];
    for (const path of paths) {
      await page.goto(path);
      const found = await page.evaluate(`${axe.source}; axe.run()`);
      const { violations } = found as { violations: { id: string; nodes: { target: unknown }[] }[] };
      const targets = (nodes: { target: unknown }[]) => nodes.map(({ target }) => String(target)).join(', ');
      faults.push(...violations.map(({ id, nodes }) => `${path}: ${id}: ${targets(nodes)}`));
      const overflowPx = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
      if (overflowPx > 0) faults.push(`${path}: ${overflowPx} px wider than the window`);
      for (const text of (await page.evaluate(unreadAmounts)) as string[]) faults.push(`${path}: ${text} is cut`);
    }
    return faults;
  }
});
