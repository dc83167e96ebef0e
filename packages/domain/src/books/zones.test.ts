import { afterAll, beforeAll, expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { PicoUsd } from '#core/money.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { localDayRange } from '../usage/local-day-range.js';
import { sumUsage } from '../usage/sum-usage.js';
import type { Book, BookGroup } from './book.js';
import { type BookDay, sumBookByDay } from './sum-book-by-day.js';
import { sumBook } from './sum-book.js';
import { sumDays } from './sum-days.js';

/** Offsets from −11 to +14, of half and quarter hours, with changes of an hour and of half an hour, at midnight and not. */
const zones = [
  'UTC',
  'Pacific/Pago_Pago',
  'Pacific/Honolulu',
  'Pacific/Marquesas',
  'America/Anchorage',
  'America/Los_Angeles',
  'America/Denver',
  'America/Chicago',
  'America/New_York',
  'America/Havana',
  'America/Caracas',
  'America/Santiago',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Nuuk',
  'Atlantic/Azores',
  'Europe/London',
  'Europe/Berlin',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Tehran',
  'Asia/Kabul',
  'Asia/Karachi',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Yangon',
  'Asia/Shanghai',
  'Australia/Eucla',
  'Asia/Tokyo',
  'Australia/Adelaide',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Pacific/Kiritimati',
];

/** Around every change of these zones in the year, and one span without any. */
const seasons = [
  ['2026-03-07', '2026-03-09'],
  ['2026-03-28', '2026-03-30'],
  ['2026-04-04', '2026-04-06'],
  ['2026-04-23', '2026-04-25'],
  ['2026-06-01', '2026-06-02'],
  ['2026-09-05', '2026-09-07'],
  ['2026-09-26', '2026-09-28'],
  ['2026-10-03', '2026-10-05'],
  ['2026-10-23', '2026-10-26'],
  ['2026-10-29', '2026-11-02'],
] as const;

let home: TestInstallation;
let tenantId: string;
beforeAll(async () => {
  home = await createTestInstallation('2026-12-20T12:34:56.789Z');
  tenantId = (await home.addTenant('traveller')).id;
  const usages = seasons.flatMap(([from, to]) => instants(from, to, 25));
  await addTestUsage(
    home.db,
    tenantId,
    usages.map((at, index) => ({
      at,
      costUsd: `0.00000${index + 1}`,
      model: `m${index % 3}`,
      ...(index % 2 === 0 && { endUser: `user-${index % 5}` }),
    })),
  );
  const organizationId = await addTestOrganization(home.db, tenantId);
  const hours = seasons.flatMap(([from, to]) => instants(from, to, 60).map((at) => `${at.slice(0, 13)}:00:00Z`));
  await addTestReported(
    home.db,
    tenantId,
    organizationId,
    hours.map((at, index) => ({ at, costUsd: `0.0000${index + 1}`, projectId: `p${index % 4}` })),
  );
});
afterAll(() => home.close());

/** Every so many minutes and a little, a day and more beyond either end. */
function instants(fromDay: string, toDay: string, everyMinutes: number): string[] {
  const [begin, end] = [
    Date.parse(`${fromDay}T00:00:07.891Z`) - 2 * 864e5,
    Date.parse(`${toDay}T00:00:00Z`) + 3 * 864e5,
  ];
  const count = Math.ceil((end - begin) / (everyMinutes * 60_000));
  return Array.from({ length: count }, (_, index) => new Date(begin + index * everyMinutes * 60_000).toISOString());
}

const moveTo = (zone: string) =>
  withTenant(home.db, tenantId, (tx) => tx.tenant.updateMany({ data: { reportingTimeZone: zone } }));
const sumsNothing = () => withTenant(home.db, tenantId, (tx) => tx.summedDay.deleteMany());
const sumsAll = async () => {
  while ((await sumDays(home, tenantId, { budgetMs: 30_000 })) > 0);
};

async function answers(fromDay: string, toDay: string): Promise<BookDay[][]> {
  const questions: { book: Book; by: BookGroup }[] = [
    { book: 'measured', by: 'none' },
    { book: 'measured', by: 'model' },
    { book: 'measured', by: 'end-user' },
    { book: 'reported', by: 'none' },
    { book: 'reported', by: 'project' },
  ];
  const asked = questions.map((one) => sumBookByDay(home, tenantId, { ...one, fromDay, toDay, calendar: 'tenant' }));
  return Promise.all(asked);
}

const costOf = (days: readonly { cost: PicoUsd }[]) => days.reduce((sum: PicoUsd, { cost }) => sum + cost, 0n);
const requestsOf = (days: readonly { requests: number }[]) => days.reduce((sum, { requests }) => sum + requests, 0);

test.each(zones)(
  'in %s days add up to their range, to the record, over both changes of the clock, summed or not',
  async (zone) => {
    await sumsNothing();
    await moveTo(zone);
    const live = await Promise.all(seasons.map(([from, to]) => answers(from, to)));
    await sumsAll();
    for (const [index, [fromDay, toDay]] of seasons.entries()) {
      expect(await answers(fromDay, toDay)).toEqual(live[index]);
      const range = await localDayRange(home, tenantId, { fromDay, toDay });
      const truth = await sumUsage(home, tenantId, range);
      const [total, byModel, byUser, reported, byProject] = live[index] ?? [];
      for (const days of [total, byModel, byUser]) {
        expect([costOf(days ?? []), requestsOf(days ?? [])]).toEqual([truth.cost, truth.requests]);
      }
      expect(costOf(reported ?? [])).toBe(await reportedBetween(range));
      expect(costOf(byProject ?? [])).toBe(costOf(reported ?? []));
      expect(total).toHaveLength((Date.parse(toDay) - Date.parse(fromDay)) / 864e5 + 1);
    }
  },
  240_000,
);

/** By the instants at which hours begin, read on its own. */
async function reportedBetween({ from, to }: { from: Date | undefined; to: Date | undefined }): Promise<PicoUsd> {
  const [row] = await withTenant(
    home.db,
    tenantId,
    (tx) => tx.$queryRaw<{ pico: string }[]>`
      SELECT (sum(cost_usd) * 1e12)::bigint::text AS pico FROM reported_hourly WHERE hour >= ${from} AND hour < ${to}`,
  );
  return BigInt(row?.pico ?? 0);
}

/** Clocks that go back over midnight: the hour that comes twice is, the first time, of the day before. */
const doubledMidnights: Partial<Record<string, string[]>> = {
  'Atlantic/Azores': ['2026-10-24', '2026-10-25'],
  'America/Havana': ['2026-10-31', '2026-11-01'],
};

test('a day holds exactly the records of its local day, whatever the zone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...zones),
      fc.constantFrom(...seasons),
      fc.integer({ min: 0, max: 2 }),
      fc.boolean(),
      async (zone, [fromDay, toDay], after, isSummed) => {
        await moveTo(zone);
        if (isSummed) await sumsAll();
        else await sumsNothing();
        const day = new Date(Math.min(Date.parse(fromDay) + after * 864e5, Date.parse(toDay)))
          .toISOString()
          .slice(0, 10);
        fc.pre(!doubledMidnights[zone]?.includes(day));
        const localDay = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
        const expected = seasons
          .flatMap(([from, to]) => instants(from, to, 25))
          .filter((at) => localDay.format(new Date(at)) === day);
        const query = { book: 'measured', fromDay: day, toDay: day, calendar: 'tenant', by: 'none' } as const;
        expect(requestsOf(await sumBook(home, tenantId, query))).toBe(expected.length);
      },
    ),
    { numRuns: 25 },
  );
});
