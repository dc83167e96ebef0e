import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { hoursOfDay } from './hours-of-day.js';
import { sumDays } from './sum-days.js';

let home: TestInstallation;
let tenantId: string;
let organizationId: string;
let tenants = 0;
beforeAll(async () => {
  home = await createTestInstallation();
});
beforeEach(async () => {
  home.clock.set('2026-11-20T12:34:00.000Z');
  ({ id: tenantId } = await home.addTenant(`hours-${(tenants += 1)}`));
  organizationId = await addTestOrganization(home.db, tenantId);
});
afterAll(() => home.close());

const report = (at: string, costUsd: string, model = 'gpt-4o') =>
  addTestReported(home.db, tenantId, organizationId, [{ at, costUsd, model }]);
const sum = () => sumDays(home, tenantId, { budgetMs: 10_000 });
/** What is remembered of hours, so spoiled that an answer shows where it comes from. */
const spoil = () =>
  withTenant(
    home.db,
    tenantId,
    (tx) => tx.$executeRaw`UPDATE day_sum SET cost_usd = cost_usd + 1000 WHERE level LIKE 'hour-%'`,
  );
const hours = () =>
  withTenant(home.db, tenantId, async (tx) => {
    const rows = await tx.$queryRaw<{ line: string }[]>`
      SELECT to_char(hour AT TIME ZONE 'UTC', 'HH24') || ' ' || model || ' ' || trim_scale(sum(cost_usd)) AS line
      FROM (${hoursOfDay({ tenantId, organizationId }, '2026-11-20')}) AS h GROUP BY hour, model ORDER BY hour, model`;
    return rows.map(({ line }) => line);
  });

test('the hours of a day are the same before it is summed and after, to its first and last', async () => {
  await report('2026-11-19T23:00:00Z', '16');
  await report('2026-11-20T00:00:00Z', '1');
  await report('2026-11-20T09:00:00Z', '2');
  await report('2026-11-20T09:00:00Z', '4', 'o3');
  await report('2026-11-20T23:00:00Z', '8');
  await report('2026-11-21T00:00:00Z', '16');
  const unsummed = await hours();
  expect(unsummed).toEqual(['00 gpt-4o 1', '09 gpt-4o 2', '09 o3 4', '23 gpt-4o 8']);
  await sum();
  expect(await hours()).toEqual(unsummed);
  home.clock.set('2026-11-21T12:34:00.000Z');
  await sum();
  expect(await hours()).toEqual(unsummed);
});

test('summed hours are read from their sums, and those that came since as they are', async () => {
  await report('2026-11-20T11:00:00Z', '1');
  await sum();
  await spoil();
  await report('2026-11-20T12:00:00Z', '2');
  expect(await hours()).toEqual(['11 gpt-4o 1001', '12 gpt-4o 2']);
});

test('usage that is reported late takes the day from the sums, until it is summed anew', async () => {
  await report('2026-11-20T09:00:00Z', '1');
  await sum();
  await spoil();
  await report('2026-11-20T09:00:00Z', '2');
  expect(await hours()).toEqual(['09 gpt-4o 3']);
  await sum();
  expect(await hours()).toEqual(['09 gpt-4o 3']);
  await spoil();
  expect(await hours()).toEqual(['09 gpt-4o 1003']);
});

test('a day that was summed before hours were is read from them', async () => {
  await report('2026-11-20T09:00:00Z', '1');
  await sum();
  await withTenant(home.db, tenantId, (tx) => tx.$executeRaw`DELETE FROM day_sum WHERE level LIKE 'hour-%'`);
  expect(await hours()).toEqual(['09 gpt-4o 1']);
});

test('each organization has its own', async () => {
  const other = await addTestOrganization(home.db, tenantId);
  await report('2026-11-20T09:00:00Z', '1');
  await addTestReported(home.db, tenantId, other, [{ at: '2026-11-20T09:00:00Z', costUsd: '2' }]);
  await sum();
  expect(await hours()).toEqual(['09 gpt-4o 1']);
});
