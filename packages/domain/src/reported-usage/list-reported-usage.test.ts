import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import type { BookGroup } from '../books/book.js';
import { sumBook } from '../books/sum-book.js';
import { sumSpend } from '../spend/spend-sums.js';
import { listReportedUsage, type ReportedQuestion } from './list-reported-usage.js';
import type { ReportedRow } from './reported-row.js';

const today = '2026-11-20';
let home: ImportingInstallation;
beforeAll(async () => {
  home = await createImportingInstallation();
  await home.importAll((await home.connect('Main')).id);
});
afterAll(() => home.close());

const list = (question: Partial<ReportedQuestion> & { day: string }) =>
  listReportedUsage(home, home.tenant.id, { calendar: 'tenant', only: {}, limit: 1_000, ...question });

/** Page by page. */
async function everyRow(question: Partial<ReportedQuestion> & { day: string }): Promise<ReportedRow[]> {
  const rows: ReportedRow[] = [];
  let after: string | undefined;
  do {
    const page = await list({ ...question, after });
    rows.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return rows;
}

const sumOf = (rows: readonly ReportedRow[]) =>
  sumSpend(
    rows.map((row) => {
      const cached = row.inputCachedTokens + row.audioCachedInputTokens + row.imageCachedInputTokens;
      const uncached = row.inputUncachedTokens + row.audioInputTokens + row.imageInputTokens;
      return {
        cost: row.cost ?? 0n,
        records: 1,
        requests: row.requests,
        inputTokens: uncached + cached + row.cacheWriteTokens + row.cacheWrite12hTokens,
        inputCachedTokens: cached,
        outputTokens: row.outputTokens + row.audioOutputTokens + row.imageOutputTokens,
        unpricedRequests: row.costBasis === 'unpriced' ? row.requests : 0,
        estimatedRequests: row.costBasis === 'estimated' ? row.requests : 0,
      };
    }),
  );

const booked = async (day: string, by: BookGroup, only: ReportedQuestion['only'] = {}) =>
  sumBook(home, home.tenant.id, { book: 'reported', calendar: 'tenant', fromDay: day, toDay: day, by, only });

describe.each(['UTC', 'Asia/Kolkata', 'Pacific/Kiritimati', 'America/Los_Angeles'])('in %s', (zone) => {
  beforeAll(() =>
    withTenant(home.db, home.tenant.id, (tx) => tx.$executeRaw`UPDATE tenant SET reporting_time_zone = ${zone}`),
  );

  // The first of these came by the day, the others by the hour.
  test.each(['2026-11-12', '2026-11-14', today])('the rows of %s add up to what the book says of it', async (day) => {
    const rows = await everyRow({ day });
    expect(rows.length).toBeGreaterThan(50);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    const [sums] = await booked(day, 'none');
    expect(sums).toMatchObject(sumOf(rows));
    const { totals } = await list({ day, limit: 1 });
    expect(totals.records).toBe(rows.length);
    expect(totals).toEqual(sumOf(rows));
  });
});

test.each([
  ['project', 'projectId'],
  ['key', 'keyId'],
  ['model', 'model'],
  ['tier', 'tier'],
  ['kind', 'kind'],
  ['organization', 'organizationId'],
] as const)('narrowed to one %s they add up to its figures', async (by, name) => {
  const groups = await booked(today, by);
  expect(groups.length).toBeGreaterThan(0);
  for (const { group, groupName: _name, ...sums } of groups) {
    expect(sumOf(await everyRow({ day: today, only: { [name]: group ?? '' } }))).toEqual(sums);
  }
});

test('each row says whose it is, by which prices it costs what it costs, and why that is no more certain', async () => {
  const rows = await everyRow({ day: today });
  const [project] = home.controls.organization().projects;
  const ofProject = rows.find(({ projectId }) => projectId === project?.id);
  expect(ofProject?.projectName).toBe(project?.plan.name);
  const versions = new Set(rows.map(({ priceVersion }) => priceVersion));
  expect([...versions]).toEqual([(await home.priceBooks.of(home.tenant.id)).version]);
  expect(rows.filter(({ costBasis, costReason }) => (costBasis === 'exact') !== (costReason === null))).toEqual([]);
  expect(rows.filter(({ costBasis, cost }) => (costBasis === 'unpriced') !== (cost === null))).toEqual([]);
});

test('stored bytes have no price, so the rows of their kind cost what is not known, and not nothing', async () => {
  const { totals } = await list({ day: today, only: { kind: 'vector_stores' } });
  expect(totals.records).toBeGreaterThan(0);
  expect(totals.cost).toBeNull();
});

test('a filter that nobody knows is told from one that finds nothing', async () => {
  await expect(list({ day: today, only: { projectId: 'proj_nope' } })).rejects.toMatchObject({ code: 'not-found' });
  await expect(list({ day: today, only: { model: 'gpt-nope' } })).rejects.toMatchObject({ code: 'invalid-request' });
  expect((await list({ day: '2026-01-01', only: { kind: 'images' } })).totals).toMatchObject({
    records: 0,
    cost: null,
  });
});

test('what was used on the day itself is known, however long ago that is', async () => {
  const later = { ...home, clock: { now: () => new Date('2028-11-20T00:00:00Z') } };
  const only = { kind: 'vector_stores', model: 'gpt-4o-mini-2024-07-18' };
  const { totals } = await listReportedUsage(later, home.tenant.id, { calendar: 'tenant', day: today, only, limit: 1 });
  expect(totals.records).toBe(0);
});

test('another name of a model finds it, as in the figures', async () => {
  const { items, only } = await list({ day: today, only: { model: 'gpt-4o-mini' } });
  expect(only.model).toBe('gpt-4o-mini-2024-07-18');
  expect(items.length).toBeGreaterThan(0);
});
