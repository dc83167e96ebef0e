import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '#domain/tenants/tenant.js';
import { addReadOrganization } from '#testing/add-read-organization.js';
import { addTestBilled, addTestReported } from '#testing/add-test-bill.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import type { PageVisitor } from '#testing/page-visitor.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let tenant: Tenant;
let reader: PageVisitor;
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-20T12:00:00.000Z', createDashboard });
  tenant = await api.addTenant('globex', { reportingTimeZone: 'Europe/Berlin' });
  const token = await api.tokenOf('admin', tenant);
  const organizationId = await addReadOrganization(api, tenant, 'Globex');
  await addTestBilled(api.db, tenant.id, organizationId, [
    { day: '2026-11-17', usd: '2', projectId: 'proj_a', lineItem: 'gpt-5, input_tokens' },
    { day: '2026-11-17', usd: '1.5', projectId: 'proj_b', lineItem: 'Web search' },
  ]);
  await addTestReported(api.db, tenant.id, organizationId, [
    { at: '2026-11-17T10:00:00Z', requests: 1_000, costUsd: '3' },
    ...Array.from({ length: 120 }, () => ({ at: '2026-11-17T11:00:00Z', projectId: 'proj_b', costUsd: '0.01' })),
    { at: '2026-11-17T10:00:00Z', requests: 7, model: 'unheard-of', costUsd: null },
    { at: '2026-11-17T23:30:00Z', costUsd: '8' },
  ]);
  await addTestUsage(api.db, tenant.id, [
    { at: '2026-11-17T10:00:00Z', model: 'a', costUsd: '1.25' },
    { at: '2026-11-17T11:00:00Z', model: 'b', costUsd: '0.25' },
  ]);
  reader = await signedInVisitor(api.origin, token);
});
afterAll(() => api.close());

const look = async (path: string) => {
  const { status, html } = await reader.get(path);
  return { status, html, text: readPage(html) };
};
const unescape = (html: string) => html.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
/** The address behind a link of this text. */
const linkOf = (html: string, label: string) =>
  unescape(new RegExp(`href="([^"]+)"[^>]*>${label}<`).exec(html)?.[1] ?? `no link ${label}`);
/** Exact, from what a cell says on hover. */
const costsOf = (html: string) =>
  [...html.matchAll(/data-label="Cost"[^>]*><[^>]*title="Exactly \$([\d.]+)/g)].map(([, usd]) => Number(usd));

test('a click leads from a figure of each book to what made it, and that adds up to the figure', async () => {
  const day = '&from=2026-11-17&to=2026-11-17';
  const reported = await look(`/dashboard/spend?book=reported&by=project&project=proj_b${day}`);
  expect(reported.text).toContain('Cost reported $1.20');
  const first = await look(linkOf(reported.html, 'Rows'));
  expect(first.text).toContain('Reported rows 17 Nov 2026');
  expect(first.text).toMatch(/All of this day 120 rows.*\$1\.20/);
  const second = await look(linkOf(first.html, 'Earlier rows'));
  // The last of each page is the total of the day.
  const costs = [first, second].flatMap(({ html }) => costsOf(html).slice(0, -1));
  expect(costs).toHaveLength(120);
  expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(1.2, 9);

  const billed = await look(`/dashboard/spend?book=billed${day}`);
  expect(billed.text).toContain('Cost billed $3.50');
  const bill = (await reader.get(linkOf(billed.html, 'Lines of the bill'))).html.split(/\r?\n/).filter(Boolean);
  expect(bill.slice(1).map((line) => line.split(',')[0])).toEqual(expect.arrayContaining(['2', '1.5']));
  expect(bill).toHaveLength(3);

  const measured = await look(`/dashboard/spend?book=measured${day}`);
  expect(measured.text).toContain('Cost measured $1.50');
  const records = await look(linkOf(measured.html, 'Records'));
  expect(costsOf(records.html)).toEqual([0.25, 1.25, 1.5]);
  const ofTier = await look(`/dashboard/spend?book=measured&tier=default${day}`);
  const tierRecords = await look(linkOf(ofTier.html, 'Records'));
  expect(costsOf(tierRecords.html)).toEqual([0.25, 1.25, 1.5]);
  expect(tierRecords.html).toContain('<option value="default" selected>');
});

test('no way is shown to rows that would be others than those of the figure', async () => {
  for (const view of ['book=reported&range=last-7-days', 'book=billed&key=key_a', 'book=measured&project=proj_a']) {
    expect((await look(`/dashboard/spend?${view}`)).html).not.toMatch(/>(?:Rows|Lines of the bill|Records)</);
  }
});

test('a row says whose it is, what it cost and by which prices, and why a cost is not known', async () => {
  const page = await look('/dashboard/usage/reported?day=2026-11-17&model=unheard-of');
  expect(page.text).toMatch(/17 Nov, 11:00 .* key_a proj_a unheard-of completions 7 10 0 5 – test /);
  expect(page.html).toContain('title="unknown-model"');
  expect(page.text).toContain('1 row, 7 requests without a price');
});

test('days step to those beside them, and filters are taken off one by one', async () => {
  const page = await look('/dashboard/usage/reported?day=2026-11-20&project=proj_a&model=unheard-of');
  expect(page.text).toContain('← Thu 19 Nov');
  expect(page.text).not.toContain('Sat 21 Nov');
  const without = unescape(/href="([^"]+)" aria-label="Remove Model/.exec(page.html)?.[1] ?? '');
  expect(without).toBe('/dashboard/usage/reported?project=proj_a&day=2026-11-20');
  expect(linkOf(page.html, 'Figures of this day')).toContain(
    'book=reported&range=custom&from=2026-11-20&to=2026-11-20',
  );
});

test.each([
  ['day=nope', '“Day” is not a day.'],
  ['project=proj_nope', 'There is no such project. Remove the filter to see the rest.'],
  ['tier=nope', 'There is no such tier. Remove the filter to see the rest.'],
  ['cursor=nope', 'This is not a cursor of this list.'],
])('what cannot be meant (%s) is said on the page', async (query, sentence) => {
  const { status, text: said } = await look(`/dashboard/usage/reported?${query}`);
  expect(status).toBe(400);
  expect(said).toContain(sentence);
});
