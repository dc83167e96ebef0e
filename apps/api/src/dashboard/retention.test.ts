import { afterAll, beforeAll, expect, test } from 'vitest';
import { unscopedGetTenant } from '#domain/tenants/unscoped-get-tenant.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import type { PageVisitor } from '#testing/page-visitor.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

const settings = '/dashboard/settings';
let api: TestApi;
let admin: PageVisitor;
beforeAll(async () => {
  api = await startTestApi({ createDashboard, settings: { usageRetentionDays: 90 } });
  admin = await signedInVisitor(api.origin, await api.tokenOf('admin'));
  const at = new Date(api.clock.now().getTime() - 50 * 86_400_000).toISOString();
  await addTestUsage(api.db, api.tenant.id, [{ at }, { at }, { at }]);
});
afterAll(() => api.close());

const keptDays = async () => (await unscopedGetTenant(api, api.tenant.id)).recordRetentionDays;

test('the days that were typed become a question that says what goes, and only its button keeps records for so many', async () => {
  const question = await admin.get(`${settings}/retention?days=40`);
  expect(readPage(question.html)).toMatch(
    /What is from before 11 Oct 2026 \(UTC\) is deleted for good within some hours: 3 usage records\./,
  );
  expect([question.status, await keptDays()]).toEqual([200, null]);
  const [, action = ''] = /<form class="form" method="post" action="([^"]+)"/.exec(question.html) ?? [];
  expect((await admin.post(action.replace('&#x3D;', '='))).location).toBe(settings);
  expect(await keptDays()).toBe(40);
  expect((await admin.get(settings)).html).toMatch(/name="days"[^>]+value="40"/);
});

test.each([
  ['91', 'The days must be at most 90: the whole installation drops what is older (USAGE_RETENTION_DAYS).'],
  ['34', 'The days must be at least 35, as events are accepted that far back.'],
  ['soon', 'The days must be a whole number up to 36500.'],
])('%s days are refused beside the field, with what was typed, before and at the deed', async (days, fault) => {
  const before = await keptDays();
  for (const ask of [
    () => admin.get(`${settings}/retention?days=${days}`),
    () => admin.post(`${settings}/retention?days=${days}`),
  ]) {
    await admin.get(settings);
    const { status, html } = await ask();
    expect([status, html.includes(`value="${days}"`), readPage(html).includes(fault)]).toEqual([400, true, true]);
  }
  expect(await keptDays()).toBe(before);
});

test('no days are those of the installation, and it is said that nothing comes back', async () => {
  const { html } = await admin.get(`${settings}/retention?days=`);
  expect(readPage(html)).toContain('What was deleted before does not come back.');
  expect((await admin.post(`${settings}/retention`)).status).toBe(400);
  expect(await keptDays()).toBe(40);
  await admin.post(`${settings}/retention?days=`);
  expect(await keptDays()).toBeNull();
});

test('a viewer sees how long records are kept, and no form for it', async () => {
  await admin.post(`${settings}/retention?days=80`);
  const viewer = await signedInVisitor(api.origin, await api.tokenOf('viewer'));
  const { html } = await viewer.get(settings);
  expect([readPage(html).includes('80 days, by the UTC day.'), html.includes('name="days"')]).toEqual([true, false]);
});
