import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import type { BookGroup } from '../books/book.js';
import { daysOf, type DayRange } from './local-days.js';
import { streamSpendCsv } from './stream-spend-csv.js';

let home: TestInstallation;

beforeAll(async () => {
  home = await createTestInstallation('2026-11-20T12:00:00.000Z');
});
afterAll(() => home.close());

async function addTenant(slug: string) {
  const { id } = await home.addTenant(slug);
  return { id, organizationId: await addTestOrganization(home.db, id) };
}

async function piecesOf(tenantId: string, sheet: DayRange & { book: 'billed' | 'reported'; by: BookGroup }) {
  const days = daysOf(sheet).map((day) => ({ day, isKnown: true, isProvisional: false }));
  const pieces = [];
  const asked = { ...sheet, days, only: {}, calendar: 'tenant', zone: 'UTC', models: null } as const;
  for await (const piece of streamSpendCsv(home, tenantId, asked)) pieces.push(piece.trimEnd().split('\n'));
  return pieces.slice(1);
}

test('a cost below zero is a number in a spreadsheet, and a name that is a formula is text', async () => {
  const { id, organizationId } = await addTenant('formulas');
  const day = '2026-11-16';
  await addTestBilled(home.db, id, organizationId, [{ day, usd: '-2.500000000001', projectId: '=1+1' }]);
  const pieces = await piecesOf(id, { book: 'billed', by: 'project', fromDay: day, toDay: day });
  expect(pieces).toEqual([[`${day},'=1+1,'=1+1,-2.500000000001,,,,,,,,billed,UTC,final`]]);
});

test('each day of a long range is there once, and no more than a week of them is held at once', async () => {
  const { id, organizationId } = await addTenant('weeks');
  const days = daysOf({ fromDay: '2026-10-01', toDay: '2026-10-30' });
  const hours = days.flatMap((day) => ['a', 'b'].map((projectId) => ({ at: `${day}T10:00:00Z`, projectId })));
  await addTestReported(home.db, id, organizationId, hours);
  const range = { fromDay: '2026-10-01', toDay: '2026-10-31' };
  const pieces = await piecesOf(id, { book: 'reported', by: 'project', ...range });
  const dayAndGroup = pieces.flat().map((line) => line.split(',').slice(0, 2).join(' '));
  expect(dayAndGroup).toEqual(days.flatMap((day) => [`${day} a`, `${day} b`]));
  expect(pieces.map((lines) => lines.length)).toEqual([8, 14, 14, 14, 10]); // from Thursday to Friday
});

test('a project whose name another organization has as well is told with its organization, in every week', async () => {
  const { id, organizationId } = await addTenant('namesakes');
  const others = await addTestOrganization(home.db, id, { name: 'ACME Labs' });
  const at = new Date('2026-11-01T00:00:00Z');
  const projects = [
    { id: 'proj_1', name: 'Checkout', organizationId },
    { id: 'proj_2', name: 'Checkout', organizationId: others },
    { id: 'proj_3', name: 'Search', organizationId },
    { id: 'proj_4', name: 'Search', organizationId },
  ].map((project) => ({ ...project, tenantId: id, isArchived: false, createdAt: at, seenAt: at }));
  await withTenant(home.db, id, (tx) => tx.openaiProject.createMany({ data: projects }));
  const lineOf = (day: string, projectId: string) => ({ day, usd: '1', projectId });
  const ours = ['proj_1', 'proj_3', 'proj_4'].map((project) => lineOf('2026-11-09', project));
  await addTestBilled(home.db, id, organizationId, ours);
  await addTestBilled(home.db, id, others, [lineOf('2026-11-16', 'proj_2')]);
  const range = { fromDay: '2026-11-09', toDay: '2026-11-16' };
  const lines = (await piecesOf(id, { book: 'billed', by: 'project', ...range })).flat();
  expect(lines.map((line) => line.split(',').slice(1, 3).join(' '))).toEqual([
    'proj_1 Checkout (ACME)',
    'proj_3 Search',
    'proj_4 Search',
    'proj_2 Checkout (ACME Labs)',
  ]);
});

test('without groups there is a line per day', async () => {
  const { id, organizationId } = await addTenant('bare');
  await addTestBilled(home.db, id, organizationId, [
    { day: '2026-11-15', usd: '1', projectId: 'a' },
    { day: '2026-11-15', usd: '2', projectId: 'b' },
    { day: '2026-11-16', usd: '4' },
  ]);
  const range = { fromDay: '2026-11-15', toDay: '2026-11-16' };
  const lines = (await piecesOf(id, { book: 'billed', by: 'none', ...range })).flat();
  expect(lines.map((line) => line.split(',').slice(0, 4).join())).toEqual(['2026-11-15,,,3', '2026-11-16,,,4']);
});
