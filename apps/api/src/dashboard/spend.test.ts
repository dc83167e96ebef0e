import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import { addReadOrganization } from '#testing/add-read-organization.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import type { PageVisitor } from '#testing/page-visitor.js';
import { readPage } from '#testing/read-page.js';
import { signedInVisitor } from '#testing/signed-in-visitor.js';
import { startTestApi, type TestApi } from '#testing/start-test-api.js';
import { daySpan } from './format/day-span.js';
import { createDashboard } from './create-dashboard.js';

let api: TestApi;
let tenant: Tenant;
let reader: PageVisitor;
beforeAll(async () => {
  api = await startTestApi({ now: '2026-11-20T12:00:00.000Z', createDashboard });
  tenant = await api.addTenant('globex', { reportingTimeZone: 'Europe/Berlin' });
  const token = await api.tokenOf('admin', tenant);
  const organizationId = await addReadOrganization(api, tenant, 'Globex');
  await withTenant(api.db, tenant.id, (tx) =>
    tx.organization.updateMany({ data: { importedAt: '2026-11-20T11:48:00Z' } }),
  );
  await addTestBilled(api.db, tenant.id, organizationId, [
    ...days(10, 31, '2026-10').map((day) => ({ day, usd: '1' })),
    ...days(1, 18, '2026-11').map((day) => ({ day, usd: '2', projectId: 'proj_a' })),
    ...days(1, 18, '2026-11').map((day) => ({ day, usd: '1', projectId: '=cmd', lineItem: 'x' })),
  ]);
  await addTestReported(api.db, tenant.id, organizationId, [
    { at: '2026-11-17T10:00:00Z', requests: 1_000, inputTokens: 12_000_000, outputTokens: 345_000, costUsd: '3' },
    { at: '2026-11-17T10:00:00Z', requests: 7, model: 'unheard-of', costUsd: null },
    { at: '2026-11-20T10:00:00Z', costUsd: '4' },
  ]);
  reader = await signedInVisitor(api.origin, token);
});
afterAll(() => api.close());

function days(first: number, last: number, month: string): string[] {
  return Array.from({ length: last - first + 1 }, (_, at) => `${month}-${String(first + at).padStart(2, '0')}`);
}

const look = async (query = '', visitor = reader) => {
  const { status, html } = await visitor.get(`/dashboard/spend${query}`);
  return { status, html, text: readPage(html) };
};
const unescape = (html: string) => html.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');

test('the bill is shown where there is one, with its age, and with requests of the book that counts them', async () => {
  const page = await look('?range=this-month');
  expect(page.text).toContain('What OpenAI bills, by UTC day, read 12 min ago');
  expect(page.text).toContain('Cost billed $54.00');
  expect(page.text).toContain('Requests reported 1,008');
  expect(page.text).toContain('Tokens reported 12.3M 12.0M in, 345k out');
});

test.each(['billed', 'reported', 'measured'])(
  'of days of which the %s book knows nothing, no count is zero',
  async (book) => {
    const { text } = await look(`?from=2030-01-01&to=2030-01-31&book=${book}`);
    expect(text).toMatch(/Requests( reported)? – .*Tokens( reported)? – .*Active (projects|models) –/);
  },
);

test('a period is compared with as many days as are known of both', async () => {
  // October is billed from the 10th on alone.
  expect((await look('?range=this-month')).text).toContain('nothing before to compare with');
  const page = await look('?from=2026-11-01&to=2026-11-20');
  expect(page.text).toMatch(/Cost billed \$54\.00 ▲ 200\.0 % 200\.0 % more vs 12–29 Oct/);
  expect(page.html).toContain('$54.00 now, $18.00 in 12–29 Oct');
});

test('a day that is under way is compared with the whole of one, and says so', async () => {
  expect((await look('?book=reported&range=today')).text).toContain('vs all of 19 Nov');
  expect((await look('?book=reported&range=yesterday')).text).not.toContain('vs all of');
});

test.each([
  ['range=today&book=reported', true],
  ['from=2026-11-17&to=2026-11-17&book=reported', true],
  ['from=2026-11-16&to=2026-11-16&book=reported', false],
  ['from=2026-11-18&to=2026-11-18&book=billed', false],
  ['from=2026-11-19&to=2026-11-20&book=reported', false],
])('one day, which no chart shows, says by its figure that it may still change: %s', async (query, isSaid) => {
  expect(/ Cost (billed|reported) \$[\d.]+ not final/.test((await look(`?${query}`)).text)).toBe(isSaid);
});

test('one day has no trend, and says nothing of one', async () => {
  expect((await look('?book=reported&range=today')).text).not.toContain('Trend');
  expect((await look('?book=reported&range=last-7-days')).text).toContain('Trend');
});

test('days that may change are hatched, days that are not billed are gaps, and each known day leads to itself', async () => {
  const { html } = await look('?from=2026-11-13&to=2026-11-20');
  expect(html.match(/<g class="column"/g)).toHaveLength(8);
  expect(html.match(/class="gap" x/g)).toHaveLength(2);
  const hrefs = [...html.matchAll(/data-href="([^"]+)"/g)].map(([, href = '']) => unescape(href));
  expect(hrefs).toHaveLength(6);
  const day = await reader.get(hrefs[0] ?? '');
  expect(readPage(day.html)).toContain('Cost billed $3.00');
});

test('a group leads to itself alone, and a filter can be taken away again', async () => {
  const { html } = await look('?range=this-month');
  const [, href = ''] = /class="row-link truncate" href="([^"]+)"/.exec(html) ?? [];
  const narrowed = await look(unescape(href).replace('/dashboard/spend', ''));
  expect(narrowed.text).toContain('Cost billed $36.00');
  expect(narrowed.text).toContain('Project proj_a');
  const [, remove = ''] = /href="([^"]+)" aria-label="Remove Project/.exec(narrowed.html) ?? [];
  expect((await look(unescape(remove).replace('/dashboard/spend', ''))).text).toContain('Cost billed $54.00');
});

test('each project says how many models it used, however long the range', async () => {
  const modelsOf = (html: string) =>
    [...html.matchAll(/data-label="Models">(.*?)<\/td>/g)].map(([, cell = '']) => readPage(cell).trim());
  const month = await look('?from=2026-10-21&to=2026-11-20');
  expect(month.text).toContain('Models reported');
  expect(modelsOf(month.html)).toEqual(['2', '–', '2']);
  const measured = await look('?from=2026-11-18&to=2026-11-20&book=reported&by=project');
  expect(modelsOf(measured.html)).toEqual(['1', '1']);
  const long = await look('?from=2026-10-20&to=2026-11-20');
  expect(modelsOf(long.html)).toEqual(['2', '–', '2']);
});

test('another book shows its own figures, and what it leaves out', async () => {
  const page = await look('?range=last-7-days&book=reported&by=model');
  expect(page.text).toContain('Cost reported $7.00');
  expect(page.text).toContain('7 requests without a price, not included');
  expect(page.text).toContain('Days are those of Europe/Berlin; bills are by UTC day.');
  expect(page.text).toMatch(/unheard-of –/);
});

test('a day that is not billed yet says where it can be seen', async () => {
  const page = await look('?range=today');
  expect(page.text).toContain('Cost billed –');
  expect(page.text).toContain('Not billed yet');
  const [, href = ''] = /href="([^"]+)">Show what is reported/.exec(page.html) ?? [];
  expect((await look(unescape(href).replace('/dashboard/spend', ''))).text).toContain('Cost reported $4.00');
});

test.each([
  ['are long past', '?from=1990-01-01&to=1990-01-31', 'This book knows none of these days.'],
  ['are still to come', '?from=2026-11-21&to=2026-11-30', 'These days are still to come.'],
])('days that %s are not said to be billed soon', async (_what, query, words) => {
  const page = await look(query);
  expect(page.status).toBe(200);
  expect(page.text).toContain(words);
  expect(page.text).not.toContain('Not billed yet');
});

test('a long range is drawn by the week, and adds up to the same', async () => {
  const { html, text } = await look('?from=2026-08-01&to=2026-11-20');
  expect(html.match(/<g class="column"/g)).toHaveLength(17); // the first has Saturday and Sunday alone
  expect(text).toContain('Spend per week');
  expect(text).toContain('in 112 days; the largest part is');
  expect(html).toContain(daySpan({ fromDay: '2026-08-03', toDay: '2026-08-09' }));
  expect(text).toContain('Cost billed $76.00');
});

test('without an organization there is what was measured, and a hint of what an admin key brings', async () => {
  const other = await api.addTenant('small');
  const visitor = await signedInVisitor(api.origin, await api.tokenOf('viewer', other));
  const operator = await signedInVisitor(api.origin, await api.tokenOf('operator', other));
  const addsAdminKey = 'href="/dashboard/keys/new?kind&#x3D;admin">Add an admin key<';
  const empty = await look('', visitor);
  expect(empty.text).toContain('Nothing was measured in these days');
  expect(empty.html).not.toContain(addsAdminKey);
  expect((await look('', operator)).html).toContain(addsAdminKey);
  await addTestUsage(api.db, other.id, [{ at: '2026-11-19T10:00:00Z', costUsd: '1.5', model: 'o3' }]);
  const page = await look('', visitor);
  expect(page.text).toContain('Cost measured $1.50');
  expect(page.text).toContain('It takes an admin key of your OpenAI organization');
  expect((await look('', operator)).html).toContain(addsAdminKey);
  expect(page.text).not.toContain('Change limits');
});

test.each([
  ['?from=2026-11-20&to=2026-11-19', 'The range ends before it begins.'],
  ['?from=2025-01-01', 'The range has 689 days; 400 are the most at once.'],
  ['?from=yesterday', '“From” is not a day.'],
  ['?from=2026-11-19&from=2026-11-20', 'The address says “from” more than once.'],
  ['?book=gas', 'There is no such book.'],
  ['?organization=1', 'There is no such organization.'],
  ['?tier=flex', 'The billed book does not tell tiers apart.'],
])('a view that cannot be is said, and nothing else is shown instead: %s', async (query, words) => {
  const page = await look(query);
  expect(page.status).toBe(400);
  expect(page.text).toContain(words);
  expect(page.text).not.toContain('Cost billed');
  expect((await reader.get(`/dashboard/spend.csv${query}`)).status).toBe(400);
});

test.each([
  ['?project=nope', 'There is no such project. Remove the filter to see the rest.'],
  ['?model=gtp-5.1', 'No usage and no price names this model'],
  ['?book=reported&tier=nope', 'There is no such tier. Remove the filter to see the rest.'],
])('a filter that names nothing is said, and can be removed: %s', async (query, words) => {
  const page = await look(query);
  expect(page.text).toContain(words);
  expect(page.text).not.toContain('Cost billed');
  expect(page.html).toMatch(/aria-label="Remove (Project nope|Model gtp-5.1|Tier nope)"/);
});

test('an organization that was not imported to the end is named beside figures that lack it, and beside no others', async () => {
  const hooli = await api.addTenant('hooli');
  const visitor = await signedInVisitor(api.origin, await api.tokenOf('admin', hooli));
  const importedAt = '2026-11-20T11:48:00Z';
  const whole = await addReadOrganization(api, hooli, 'Whole');
  await withTenant(api.db, hooli.id, (tx) => tx.organization.updateMany({ data: { importedAt } }));
  await addTestBilled(api.db, hooli.id, whole, [{ day: '2026-11-10', usd: '5' }]);
  const note = 'not imported to the end';
  expect((await look('', visitor)).text).not.toContain(note);
  const broken = await addReadOrganization(api, hooli, 'Broken');
  await withTenant(api.db, hooli.id, (tx) =>
    tx.organization.updateMany({ where: { id: broken }, data: { importedAt, importErrorCode: 'forbidden' } }),
  );
  expect((await look('', visitor)).text).toContain(`Broken was ${note}: figures here may lack some of it.`);
  expect((await look('?book=measured', visitor)).text).not.toContain(note);
  expect((await look(`?organization=${whole}`, visitor)).text).not.toContain(note);
});

test('where a book knows some of the days, and those cost nothing, it says how many they are', async () => {
  const { text } = await look('?from=2026-10-05&to=2026-10-14&project=%3Dcmd');
  expect(text).toContain('This book knows 5 of these 10 days, and has no spend of those with these filters.');
});

test('the CSV has the view by day and group, and nothing that a spreadsheet would run', async () => {
  const file = await reader.get('/dashboard/spend.csv?from=2026-11-17&to=2026-11-20');
  expect(file.headers.get('content-disposition')).toBe('attachment; filename=keyledger-spend.csv');
  expect(file.html.trimEnd().split('\n').slice(1)).toEqual([
    '2026-11-17,proj_a,proj_a,2,,,,,,,2,billed,UTC,final',
    "2026-11-17,'=cmd,'=cmd,1,,,,,,,,billed,UTC,final",
    '2026-11-18,proj_a,proj_a,2,,,,,,,,billed,UTC,final',
    "2026-11-18,'=cmd,'=cmd,1,,,,,,,,billed,UTC,final",
  ]);
});

test('projects of one name in two organizations are told apart on Spend and on the overview', async () => {
  const initech = await api.addTenant('initech');
  const at = new Date('2026-11-01T00:00:00Z');
  for (const name of ['Initech', 'Initrode']) {
    const organizationId = await addTestOrganization(api.db, initech.id, { name });
    const id = `proj_${name}`;
    const data = { tenantId: initech.id, id, organizationId, isArchived: false, createdAt: at, seenAt: at };
    await withTenant(api.db, initech.id, (tx) => tx.openaiProject.create({ data: { ...data, name: 'Checkout' } }));
    await addTestBilled(api.db, initech.id, organizationId, [{ day: '2026-11-17', usd: '3', projectId: id }]);
  }
  const visitor = await signedInVisitor(api.origin, await api.tokenOf('viewer', initech));
  const { text } = await look('?range=this-month', visitor);
  expect(text).toMatch(/Checkout \(Initech\) proj_Initech .*Checkout \(Initrode\) proj_Initrode /);
  const overview = readPage((await visitor.get('/dashboard')).html);
  expect(overview).toMatch(/Who same 30 days.*Checkout \(Initech\).*Checkout \(Initrode\)/);
  expect((await look('?project=proj_Initrode', visitor)).text).toContain('Project Checkout (Initrode)');
});

test('projects and models are all counted, however few of them are named', async () => {
  const umbrella = await api.addTenant('umbrella');
  const id = await addReadOrganization(api, umbrella);
  const numbers = Array.from({ length: 53 }, (_, index) => index);
  await addTestBilled(
    api.db,
    umbrella.id,
    id,
    numbers.map((number) => ({ day: '2026-11-17', usd: '1', projectId: `proj_${number}` })),
  );
  await addTestReported(
    api.db,
    umbrella.id,
    id,
    numbers.map((number) => ({ at: '2026-11-17T10:00:00Z', projectId: '', model: `model-${number % 52}` })),
  );
  const visitor = await signedInVisitor(api.origin, await api.tokenOf('viewer', umbrella));
  const range = 'from=2026-11-17&to=2026-11-17';
  expect((await look(`?by=project&${range}`, visitor)).text).toMatch(/Active projects 53 52 models/);
  expect((await look(`?book=reported&by=model&${range}`, visitor)).text).toMatch(/Active projects 0 52 models/);
  // Projects are those of the bill, which does not know this day yet.
  await addTestReported(api.db, umbrella.id, id, [{ at: '2026-11-20T10:00:00Z', model: 'model-1' }]);
  const unbilled = 'from=2026-11-20&to=2026-11-20';
  expect((await look(`?by=project&${unbilled}`, visitor)).text).toMatch(/Active projects – 1 model/);
});

test('limits are set on the page by an admin, and taken away with an empty field', async () => {
  await look();
  expect((await reader.post('/dashboard/spend/limits', { dailyUsd: '$1,000.50', monthlyUsd: '50' })).status).toBe(303);
  const page = await look();
  expect(page.text).toMatch(/Today ≈ \$4\.00 reported, of \$1,000\.50 \$996\.50 left/);
  expect(page.text).toMatch(/This month \$54\.00 billed, of \$50\.00 over by \$4\.00/);
  // They are held against what is known most of, whatever is looked at.
  const measured = await look('?book=measured&calendar=utc');
  expect(measured.text).toMatch(/Today ≈ \$4\.00 reported, of \$1,000\.50 \$996\.50 left/);
  expect(measured.text).toMatch(/This month \$54\.00 billed, of \$50\.00 over by \$4\.00/);
  const refused = await reader.post('/dashboard/spend/limits', { dailyUsd: '50', monthlyUsd: '1e5' });
  expect(refused.status).toBe(400);
  expect(refused.html).toContain('A limit is an amount of USD above 0');
  expect(refused.html).toMatch(/<details class="limit-form" open>[\s\S]+name="dailyUsd"[^>]+value="50"/);
  expect(refused.html).toMatch(/name="monthlyUsd"[^>]+value="1e5"[^>]+aria-invalid="true" autofocus>/);
  expect(refused.html.match(/aria-invalid/g)).toHaveLength(1);
  await look();
  await reader.post('/dashboard/spend/limits', { dailyUsd: '', monthlyUsd: '' });
  expect((await look()).text).toContain('There is no limit for a day or a month.');
});

test('a limit of thousandths, as the API takes it, can be saved again as the form shows it', async () => {
  const shown = async () => /name="dailyUsd"[^>]+value="([^"]*)"/.exec((await look()).html)?.[1];
  await reader.post('/dashboard/spend/limits', { dailyUsd: '12.3450', monthlyUsd: '' });
  const stored = await shown();
  expect(stored).toBe('12.345');
  const saved = await reader.post('/dashboard/spend/limits', { dailyUsd: stored ?? '', monthlyUsd: '' });
  expect(saved.status).toBe(303);
  expect(await shown()).toBe('12.345');
});
