import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { addTestOrganization } from '#testing/add-test-bill.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { readSpendSources } from './read-spend-sources.js';
import { stateOfDays } from './state-of-days.js';

const importedAt = new Date('2026-11-20T11:00:00Z');
const refused = { refusedAt: importedAt };
let home: TestInstallation;
let tenants = 0;
beforeAll(async () => {
  home = await createTestInstallation('2026-11-20T12:00:00.000Z');
});
afterAll(() => home.close());

async function addTenant(reportingTimeZone = 'UTC'): Promise<string> {
  return (await home.addTenant(`tenant-${(tenants += 1)}`, { reportingTimeZone })).id;
}

interface TestFeed {
  feed: string;
  knownFrom: string;
  isBackfilled: boolean;
  refusedAt?: Date;
}

/** Completions since the first of November, all there is; and another feed. */
async function addOrganization(tenantId: string, other?: TestFeed): Promise<string> {
  const id = await addTestOrganization(home.db, tenantId);
  const feeds = [
    { feed: 'completions', knownFrom: '2026-11-01T00:00:00Z', isBackfilled: true },
    ...(other ? [other] : []),
  ];
  const read = { tenantId, organizationId: id, knownTo: importedAt, hourlyFrom: importedAt, readAt: importedAt };
  await withTenant(home.db, tenantId, async (tx) => {
    await tx.organization.updateMany({ where: { id }, data: { importedAt } });
    await tx.importFeed.createMany({ data: feeds.map((feed) => ({ ...read, ...feed })) });
  });
  return id;
}

/** Which days up to the last that is read again are known, and which of them are final. */
async function look(tenantId: string, organizationId?: string) {
  const sources = await readSpendSources(home, tenantId);
  const range = { fromDay: '2026-10-30', toDay: '2026-11-16', organizationId };
  const days = await stateOfDays(home, tenantId, { ...range, book: 'reported', sources });
  const known = days.filter(({ isKnown }) => isKnown);
  const final = known.filter(({ isProvisional }) => !isProvisional);
  return { knownFrom: known[0]?.day, finalFrom: final[0]?.day, final: final.length };
}

test.each([
  ['is being read', { feed: 'web_search_calls', isBackfilled: false }, '2026-11-10'],
  ['OpenAI refused', { feed: 'web_search_calls', isBackfilled: false, ...refused }, '2026-11-10'],
  ['is all here', { feed: 'web_search_calls', isBackfilled: true }, '2026-11-01'],
  ['is of the bill and being read', { feed: 'costs', isBackfilled: false }, '2026-11-01'],
] as const)(
  'where the past of another feed %s, reported days are final from when on they are whole',
  async (_what, feed, from) => {
    const tenantId = await addTenant();
    await addOrganization(tenantId, { ...feed, knownFrom: '2026-11-10T00:00:00Z' });
    const final = 17 - Number(from.slice(-2));
    expect(await look(tenantId)).toEqual({ knownFrom: '2026-11-01', finalFrom: from, final });
  },
);

test('what is still to be read of one organization keeps no day of another open', async () => {
  const tenantId = await addTenant();
  const behind = await addOrganization(tenantId, {
    feed: 'images',
    knownFrom: '2026-11-10T00:00:00Z',
    isBackfilled: false,
  });
  const whole = await addOrganization(tenantId);
  expect((await look(tenantId)).finalFrom).toBe('2026-11-10');
  expect((await look(tenantId, behind)).finalFrom).toBe('2026-11-10');
  expect((await look(tenantId, whole)).finalFrom).toBe('2026-11-01');
});

// A UTC day that is still to come stands at its noon: in New York at 7:00, in Tokyo at 21:00, on Kiritimati at 2:00 of the next day.
test.each([
  ['America/New_York', '2026-11-10'],
  ['Asia/Tokyo', '2026-11-10'],
  ['Pacific/Kiritimati', '2026-11-11'],
])('in %s the days to which something may still come are open, and no others', async (zone, from) => {
  const tenantId = await addTenant(zone);
  await addOrganization(tenantId, { feed: 'images', knownFrom: '2026-11-10T00:00:00Z', isBackfilled: false });
  expect((await look(tenantId)).finalFrom).toBe(from);
});
