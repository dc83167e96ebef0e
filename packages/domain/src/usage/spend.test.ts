import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatUsd, type PicoUsd } from '#core/money.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestUsage, type TestUsage } from '#testing/add-test-usage.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import type { BookFilter, BookGroup } from '../books/book.js';
import { sumBookByDay } from '../books/sum-book-by-day.js';
import { firstUsageDay } from './first-usage-day.js';
import { localDayRange } from './local-day-range.js';
import { sumUsage } from './sum-usage.js';

let home: TestInstallation;
let tenants = 0;
beforeAll(async () => {
  home = await createTestInstallation();
});
afterAll(() => home.close());

async function tenantIn(reportingTimeZone: string, ...usages: TestUsage[]): Promise<string> {
  const { id } = await home.addTenant(`tenant-${(tenants += 1)}`, { reportingTimeZone });
  await addTestUsage(home.db, id, usages);
  return id;
}

interface Asked {
  fromDay: string;
  toDay: string;
  by: BookGroup;
  only?: BookFilter;
}
const spendByDay = (deps: TestInstallation, tenantId: string, asked: Asked) =>
  sumBookByDay(deps, tenantId, { ...asked, book: 'measured', calendar: 'tenant' });

async function days(tenantId: string, [fromDay, toDay]: [string, string], by: BookGroup = 'none') {
  const spend = await spendByDay(home, tenantId, { fromDay, toDay, by });
  return spend.map(({ day, group, cost }) => (by === 'none' ? [day, formatUsd(cost)] : [day, group, formatUsd(cost)]));
}

test('a day is the tenant’s local day, up to fourteen hours either side of UTC', async () => {
  const usages = [
    { at: '2026-11-19T09:59:59.999Z', costUsd: '1' },
    { at: '2026-11-19T10:00:00.000Z', costUsd: '2' },
    { at: '2026-11-19T23:59:59.999Z', costUsd: '4' },
    { at: '2026-11-20T00:00:00.000Z', costUsd: '8' },
    { at: '2026-11-20T10:59:59.999Z', costUsd: '16' },
  ];
  const range: [string, string] = ['2026-11-18', '2026-11-21'];
  expect(await days(await tenantIn('UTC', ...usages), range)).toEqual([
    ['2026-11-19', '7'],
    ['2026-11-20', '24'],
  ]);
  expect(await days(await tenantIn('Pacific/Kiritimati', ...usages), range)).toEqual([
    ['2026-11-19', '1'],
    ['2026-11-20', '14'],
    ['2026-11-21', '16'],
  ]);
  expect(await days(await tenantIn('Pacific/Pago_Pago', ...usages), range)).toEqual([
    ['2026-11-18', '3'],
    ['2026-11-19', '28'],
  ]);
});

test('days of 23 and 25 hours hold exactly their hours, and days add up to the range', async () => {
  const hours = Array.from({ length: 24 * 30 }, (_, index) => ({
    at: new Date(Date.UTC(2026, 9, 12, index, 30)).toISOString(),
    costUsd: '1',
  }));
  const tenantId = await tenantIn('Europe/Berlin', ...hours);
  const spend = await spendByDay(home, tenantId, { fromDay: '2026-10-13', toDay: '2026-11-09', by: 'none' });
  expect(spend.find(({ day }) => day === '2026-10-25')?.requests).toBe(25);
  expect(spend.filter(({ requests }) => requests !== 24)).toHaveLength(1);
  const range = await localDayRange(home, tenantId, { fromDay: '2026-10-13', toDay: '2026-11-09' });
  const total = spend.reduce((sum: PicoUsd, { cost }) => sum + cost, 0n);
  expect((await sumUsage(home, tenantId, range)).cost).toBe(total);
});

test.each(['Asia/Kolkata', 'Australia/Adelaide', 'Asia/Kathmandu', 'America/St_Johns', 'Australia/Lord_Howe'])(
  'where midnight is within an hour (%s), a day holds exactly its minutes, whatever it is grouped by',
  async (zone) => {
    const minutes = Array.from({ length: 2 * 24 * 60 }, (_, index) => ({
      at: new Date(Date.UTC(2026, 9, 3, 0, index, 30)).toISOString(),
      costUsd: '1',
    }));
    const tenantId = await tenantIn(zone, ...minutes);
    const localDay = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
    const expected = new Map<string, number>();
    for (const { at } of minutes) {
      const day = localDay.format(new Date(at));
      expected.set(day, (expected.get(day) ?? 0) + 1);
    }
    const range = { fromDay: '2026-10-03', toDay: '2026-10-04' };
    for (const by of ['none', 'model', 'key'] as const) {
      const spend = await spendByDay(home, tenantId, { ...range, by });
      expect(spend.map(({ day, requests }) => [day, requests])).toEqual(
        [...expected].filter(([day]) => day >= range.fromDay && day <= range.toDay),
      );
    }
  },
);

test('spend is grouped by model, by kind, and by key with its label even after the key was deleted', async () => {
  const tenantId = await tenantIn('UTC');
  const keyId = '01890000-0000-7000-8000-00000000000a';
  await withTenant(
    home.db,
    tenantId,
    (tx) => tx.$executeRaw`INSERT INTO provider_key (tenant_id, id, label, mask, model, probe_daily_cap_usd, deleted_at)
      VALUES (current_tenant_id(), ${keyId}::uuid, 'retired', 'sk-…', 'm', 1, now())`,
  );
  await addTestUsage(home.db, tenantId, [
    { at: '2026-11-19T10:00:00Z', keyId, model: 'a', source: 'probe', costUsd: '1' },
    { at: '2026-11-19T10:00:00Z', model: 'b', source: 'event', costUsd: '2' },
  ]);
  const range: [string, string] = ['2026-11-19', '2026-11-19'];
  expect(await days(tenantId, range, 'model')).toEqual([
    ['2026-11-19', 'b', '2'],
    ['2026-11-19', 'a', '1'],
  ]);
  expect(await days(tenantId, range, 'kind')).toEqual([
    ['2026-11-19', 'event', '2'],
    ['2026-11-19', 'probe', '1'],
  ]);
  const byKey = await spendByDay(home, tenantId, { fromDay: range[0], toDay: range[1], by: 'key' });
  expect(byKey.map(({ group, groupName }) => [group, groupName])).toEqual([
    [null, null],
    [keyId, 'retired'],
  ]);
});

test('spend can be that of some keys, one kind and one model alone', async () => {
  const idOf = (last: string) => `01890000-0000-7000-8000-00000000000${last}`;
  const [a, b, c] = [idOf('a'), idOf('b'), idOf('c')];
  const at = '2026-11-19T10:00:00Z';
  const tenantId = await tenantIn(
    'UTC',
    { at, keyId: a, model: 'm', source: 'probe', costUsd: '1' },
    { at, keyId: b, model: 'm', source: 'probe', costUsd: '2' },
    { at, keyId: b, model: 'n', source: 'event', costUsd: '4' },
    { at, keyId: c, model: 'm', source: 'probe', costUsd: '8' },
    { at, model: 'm', source: 'event', costUsd: '16' },
  );
  const spent = async (only: BookFilter) => {
    const days = await spendByDay(home, tenantId, { fromDay: '2026-11-19', toDay: '2026-11-19', by: 'none', only });
    return days.map(({ cost }) => formatUsd(cost));
  };
  expect(await spent({})).toEqual(['31']);
  expect(await spent({ keyId: b })).toEqual(['6']);
  expect(await spent({ keyIds: [a, b], kind: 'probe' })).toEqual(['3']);
  expect(await spent({ model: 'm', kind: 'event' })).toEqual(['16']);
  expect(await spent({ keyIds: [] })).toEqual([]);
});

test('the first day of usage is a local day, and unknown before there was any', async () => {
  const at = '2026-11-19T23:30:00Z';
  expect(await firstUsageDay(home, await tenantIn('UTC', { at }, { at: '2026-11-20T00:00:00Z' }))).toBe('2026-11-19');
  expect(await firstUsageDay(home, await tenantIn('Asia/Tokyo', { at }))).toBe('2026-11-20');
  expect(await firstUsageDay(home, await tenantIn('UTC'))).toBeNull();
});
