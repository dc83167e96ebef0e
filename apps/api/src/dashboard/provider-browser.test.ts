import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestPeople } from '#testing/create-test-people.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { launchTestBrowser } from '#testing/test-browser.js';
import { startTestIdentityProvider, type TestIdentityProvider } from '#testing/test-identity-provider.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let provider: TestIdentityProvider;
let browser: Browser;
beforeAll(async () => {
  // The provider has to know our address, and we have none before we listen.
  const people: Partial<ReturnType<typeof createTestPeople>> = {};
  const deps = { people: people as ReturnType<typeof createTestPeople> };
  api = await startTestApi({ now: new Date().toISOString(), createDashboard, deps });
  provider = await startTestIdentityProvider({ publicUrl: api.origin });
  Object.assign(people, createTestPeople(provider, { OIDC_MAPPING: 'domain:acme.example=acme/admin' }));
  browser = await launchTestBrowser();
});
afterAll(async () => {
  await browser.close();
  await api.close();
  await provider.close();
});

/** Faults that axe finds, by rule. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

async function proveAtProvider(page: Page, login: string): Promise<void> {
  await page.fill('input[name="login"]', login);
  await page.fill('input[name="password"]', 'any');
  await page.click('button[type="submit"]');
}

async function signInAtProvider(page: Page, login: string): Promise<void> {
  await proveAtProvider(page, login);
  await page.click('button:has-text("Continue")');
}

test(
  'in a real browser: through the provider to the page that was wanted, the sessions there, and out again',
  { timeout: 240_000 },
  async () => {
    provider.people.set('ann', { email: 'ann@acme.example', email_verified: true });
    provider.people.set('eve', { email: 'eve@evil.example', email_verified: true });
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    // The provider's own pages ask for a font from outside.
    await page.route(
      ({ hostname }) => hostname !== '127.0.0.1',
      (route) => route.abort(),
    );
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && page.url().startsWith(api.origin)) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));

    await page.goto(`${api.origin}/dashboard/keys?q=x`);
    expect(await faultsOf(page)).toEqual([]);
    await page.click(`a:has-text("Sign in with ${new URL(provider.issuer).host}")`);
    await signInAtProvider(page, 'ann');
    await page.waitForURL(`${api.origin}/dashboard/keys?q=x`);

    await page.goto(`${api.origin}/dashboard/settings/sessions`);
    expect(await page.textContent('main')).toContain('this one');
    expect(await faultsOf(page)).toEqual([]);
    await page.click('a:has-text("Sign out everywhere")');
    // The provider did not tell when she had signed in there.
    await page.waitForSelector('h1:has-text("Sign in again to go on")');
    expect(await faultsOf(page)).toEqual([]);
    await page.click('a:has-text("Sign in with")');
    await proveAtProvider(page, 'ann');
    await page.waitForURL(`${api.origin}/dashboard/settings/sessions/everywhere`);
    await page.click('button:has-text("Sign out everywhere")');
    await page.waitForSelector('a:has-text("Sign out there as well")');
    expect(await faultsOf(page)).toEqual([]);
    await page.click('a:has-text("Sign out there as well")');
    await page.click('button:has-text("Yes")');
    await page.waitForURL(`${api.origin}/dashboard/login`);

    await page.click('a:has-text("Sign in with")');
    await signInAtProvider(page, 'eve');
    await page.waitForSelector('text=nobody has given you access');
    expect(await faultsOf(page)).toEqual([]);
    // The answer to her is 403, which the browser reports of any such page.
    expect(complaints.filter((text) => !text.includes('403'))).toEqual([]);
  },
);
