import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recentSignInMs } from '#domain/sessions/session.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { launchTestBrowser } from '#testing/test-browser.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let browser: Browser;
beforeAll(async () => {
  api = await startTestApi({ now: new Date().toISOString(), createDashboard });
  browser = await launchTestBrowser();
});
afterAll(async () => {
  await browser.close();
  await api.close();
});

const tokens = '/dashboard/settings/tokens';

async function signIn(page: Page): Promise<void> {
  await page.fill('main #token', await api.tokenOf('admin'));
  await page.click('button:has-text("Sign in")');
}

/** As the page does by itself every some seconds: each time the answer has come that of before was dealt with. */
async function refreshTwice(page: Page): Promise<void> {
  for (let times = 0; times < 2; times += 1) {
    const answered = page.waitForResponse((response) => response.status() === 200);
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await answered;
  }
}

test(
  'in a real browser: asked instead of the dialog, and a form or a token that is there stays until something is pressed',
  { timeout: 240_000 },
  async () => {
    const page = await (await browser.newContext({ baseURL: api.origin })).newPage();
    await page.goto(tokens);
    await signIn(page);
    api.clock.advance(recentSignInMs);
    await page.click('a:has-text("Issue a token")');
    await page.waitForSelector('h1:has-text("Sign in again to go on")');
    await signIn(page);
    await page.waitForURL(`${api.origin}${tokens}/new`);

    await page.fill('#name', 'Wall');
    api.clock.advance(recentSignInMs);
    await refreshTwice(page);
    expect(await page.inputValue('#name')).toBe('Wall');
    await page.click('button:has-text("Issue")');
    await page.waitForSelector('h1:has-text("Sign in again to go on")');
    await signIn(page);

    await page.fill('#name', 'Wall');
    await page.click('button:has-text("Issue")');
    await page.waitForSelector('h1:has-text("your new token")');
    api.clock.advance(recentSignInMs);
    await refreshTwice(page);
    expect(await page.inputValue('main #token')).toMatch(/^klt_/);
    expect(await page.locator('.is-offline').count()).toBe(0);
  },
);
