import { afterAll, beforeAll, expect, test } from 'vitest';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestProjects } from '#testing/add-test-projects.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import type { PageVisitor } from '#testing/page-visitor.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let reader: PageVisitor;
let organization: string;

/** A tenant whose days begin eight hours after those of bills; each book has something in those hours. */
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-21T12:00:00.000Z', createDashboard });
  const tenant = await api.addTenant('west', { reportingTimeZone: 'America/Los_Angeles' });
  reader = await signedInVisitor(api.origin, await api.tokenOf('viewer', tenant));
  const token = await api.tokenOf('admin', tenant);
  const store = async (kind: 'admin' | 'project') => {
    const key = simulatedSecret({ behaviour: 'healthy', kind, label: kind });
    return (await api.call('POST', '/keys', { token, body: { label: kind, key, probeMode: 'off' } })).json.id;
  };
  const keyId = await store('project');
  organization = await addTestOrganization(api.db, tenant.id, { providerKeyId: await store('admin'), name: 'ACME' });
  await addTestProjects(api.db, tenant.id, organization, {
    seenAt: '2026-11-21T11:00:00Z',
    projects: [
      { id: 'proj_a', keys: [{ id: 'key_a', providerKeyId: keyId }] },
      { id: 'proj_b', keys: [{ id: 'key_b' }] },
    ],
  });
  const [a, b] = [
    { projectId: 'proj_a', apiKeyId: 'key_a' },
    { projectId: 'proj_b', apiKeyId: 'key_b' },
  ];
  await addTestReported(api.db, tenant.id, organization, [
    { at: '2026-11-02T03:00:00Z', costUsd: '1', ...a },
    { at: '2026-11-02T20:00:00Z', costUsd: '2', ...a, model: 'o3' },
    { at: '2026-11-03T03:00:00Z', costUsd: '4', ...b },
    { at: '2026-11-03T20:00:00Z', costUsd: '8' },
  ]);
  await addTestUsage(api.db, tenant.id, [
    { at: '2026-11-02T03:00:00Z', costUsd: '0.1', keyId },
    { at: '2026-11-02T20:00:00Z', costUsd: '0.2', keyId, model: 'o3' },
    { at: '2026-11-03T03:00:00Z', costUsd: '0.4' },
  ]);
  await addTestBilled(api.db, tenant.id, organization, [
    { day: '2026-11-02', usd: '16', ...a },
    { day: '2026-11-03', usd: '32', ...b },
  ]);
});
afterAll(() => api.close());

/** Each link that is a figure, and the figure. */
const figuresIn = (html: string) =>
  [...html.matchAll(/<a class="plain-link" href="([^"]+)">([\s\S]*?)<\/a>/g)].map(([, href = '', figure = '']) => ({
    href: href.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='),
    figure: readPage(figure),
  }));
const costOn = (html: string) => /Cost (?:measured|reported|billed) (\S+)/.exec(readPage(html))?.[1];

const range = 'from=2026-11-01&to=2026-11-20';

test.each([
  'by=day',
  'by=month',
  'by=project',
  'by=key',
  'by=model',
  'by=day&project=proj_a',
  'by=key&project=proj_a',
  'by=model&project=proj_a',
  'by=day&organization=',
])('each figure of %s leads to the same figure, though the tenant’s days are others', async (query) => {
  const narrowed = query.replace('organization=', `organization=${organization}`);
  const shown = figuresIn((await reader.get(`/dashboard/reconciliation?${range}&${narrowed}`)).html);
  const found: typeof shown = [];
  for (const { href } of shown) found.push({ href, figure: costOn((await reader.get(href)).html) ?? '' });
  expect(found).toEqual(shown);
  expect(shown.length).toBeGreaterThanOrEqual(9);
});

test.each([
  ['measured', /\/dashboard\/usage\?[^"]+(?=">Records)/, 'Total of this view 2 records', '$0.30'],
  ['reported', /\/dashboard\/usage\/reported\?[^"]+(?=">Rows)/, 'All of this day 2 rows', '$3.00'],
])('from a UTC day of the %s book, a click leads to the rows that made it', async (book, link, rows, cost) => {
  const day = `calendar=utc&from=2026-11-02&to=2026-11-02&book=${book}`;
  const { html } = await reader.get(`/dashboard/spend?${day}`);
  expect(costOn(html)).toBe(cost);
  const [href = ''] = link.exec(html.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=')) ?? [];
  const page = readPage((await reader.get(href)).html);
  expect(page).toContain('Days UTC');
  expect(page).toContain(rows);
  expect(page).toContain(cost);
});

test('the page of UTC days says so, leads back to the tenant’s days, and those to it', async () => {
  const of = async (calendar: string) =>
    (await reader.get(`/dashboard/spend?${range}&book=reported${calendar}`)).html
      .replaceAll('&amp;', '&')
      .replaceAll('&#x3D;', '=');
  const [own, utc] = [await of(''), await of('&calendar=utc')];
  expect(readPage(own)).toContain('Days are those of America/Los_Angeles; bills are by UTC day. Show UTC days');
  expect(own).toContain(`${range}&calendar=utc&book=reported`);
  expect(readPage(utc)).toContain('Days UTC');
  expect(utc).toContain(`href="/dashboard/spend?${range}&book=reported"`);
});
