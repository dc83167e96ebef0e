import pLimit from 'p-limit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { formatUsd } from '#core/money.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { untilSomebodyWaits } from '#testing/until-somebody-waits.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { daysOf, weeksOf } from '../spend/local-days.js';
import type { Tenant } from '../tenants/tenant.js';
import { type BookQuery, books } from './book.js';
import { forgetDaySumsAt } from './forget-day-sums.js';
import { listPeriodsToSum } from './list-periods-to-sum.js';
import { cutIntoPeriods } from './period-parts.js';
import { type Period, periodOf, periods } from './periods.js';
import { sumBook } from './sum-book.js';
import { sumBookByDay } from './sum-book-by-day.js';
import { sumBookBySpan } from './sum-book-by-span.js';
import { sumDays } from './sum-days.js';
import { sumPeriod } from './sum-period.js';

let home: TestInstallation;
let tenant: Tenant;
let tenants = 0;
beforeAll(async () => {
  home = await createTestInstallation('2026-11-20T12:34:56.789Z');
});
beforeEach(async () => {
  home.clock.set('2026-11-20T12:34:56.789Z');
  tenant = await home.addTenant(`period-${(tenants += 1)}`);
});
afterAll(() => home.close());

const job = () => sumDays(home, tenant.id, { budgetMs: 20_000 });
const use = (at: string, costUsd: string, model = 'm') => addTestUsage(home.db, tenant.id, [{ at, costUsd, model }]);
const range = { fromDay: '2026-09-01', toDay: '2026-11-20' };
const ask = (query: Partial<BookQuery> = {}) => ({
  ...range,
  book: 'measured' as const,
  calendar: 'utc' as const,
  by: 'none' as const,
  ...query,
});
const cost = async (query: Partial<BookQuery> = {}) => {
  const [sums] = await sumBook(home, tenant.id, ask(query));
  return sums ? formatUsd(sums.cost) : '0';
};
const newYork = 'America/New_York';
const summed = async (period: Period, book = 'measured', zone = 'UTC') => {
  const rows = await withTenant(home.db, tenant.id, (tx) =>
    tx.summedPeriod.findMany({ where: { book, zone, period }, orderBy: [{ day: 'asc' }] }),
  );
  return rows.map(({ day, lastDay }) => [day, lastDay].map((one) => one.toISOString().slice(5, 10)).join('…'));
};
/** Spoils what is remembered of periods, so that an answer shows where it comes from. */
const spoil = () =>
  withTenant(
    home.db,
    tenant.id,
    (tx) => tx.$executeRaw`UPDATE period_sum SET cost_usd = cost_usd
      + CASE period WHEN 'year' THEN 1000000000000 WHEN 'quarter' THEN 100000000 WHEN 'month' THEN 1000000 WHEN 'half-month' THEN 10000
        WHEN 'week' THEN 10000000000 ELSE 100 END`,
  );
const waiting = async (length: Period = 'half-month', toDay = '2026-10-31') => {
  const waits = await listPeriodsToSum(home, tenant.id);
  const found = waits.find((one) => one.period === length && one.toDay === toDay);
  if (!found) throw new Error(`no ${length} waits to be summed`);
  return found;
};
/** The days alone. */
const sumOnlyDays = async () => {
  await job();
  await withTenant(home.db, tenant.id, (tx) => tx.$executeRaw`DELETE FROM summed_period`);
};

test('a quarter is its three months', () => {
  for (const [day, fromDay, toDay] of [
    ['2028-02-29', '2028-01-01', '2028-03-31'],
    ['2026-04-01', '2026-04-01', '2026-06-30'],
    ['2026-12-31', '2026-10-01', '2026-12-31'],
  ] as const) {
    expect(periodOf('quarter', day)).toEqual({ fromDay, toDay });
    const months = [...new Set(daysOf({ fromDay, toDay }).map((one) => periodOf('month', one).fromDay))];
    expect(months).toHaveLength(3);
    expect(cutIntoPeriods({ fromDay, toDay }, 'month').map((month) => month.fromDay)).toEqual(months);
  }
});

test('a year is its four quarters', () => {
  const year = { fromDay: '2028-01-01', toDay: '2028-12-31' };
  for (const day of ['2028-01-01', '2028-02-29', '2028-12-31']) expect(periodOf('year', day)).toEqual(year);
  const quarters = cutIntoPeriods(year, 'quarter').map(({ fromDay }) => fromDay);
  expect(quarters).toEqual(['2028-01-01', '2028-04-01', '2028-07-01', '2028-10-01']);
});

test('a week is seven days from Monday on, whatever month or year it lies in', () => {
  for (const [day, fromDay, toDay] of [
    ['2026-11-16', '2026-11-16', '2026-11-22'],
    ['2026-11-22', '2026-11-16', '2026-11-22'],
    ['2027-01-01', '2026-12-28', '2027-01-03'],
    ['2028-02-29', '2028-02-28', '2028-03-05'],
  ] as const) {
    expect(periodOf('week', day)).toEqual({ fromDay, toDay });
  }
});

test('the periods of a month lie within each other and hold each of its days once', () => {
  for (const day of ['2026-02-28', '2028-02-29', '2026-11-30', '2026-12-31']) {
    const month = daysOf(periodOf('month', day));
    for (const length of ['half-month', 'five-days'] as const) {
      const parts = [...new Set(month.map((one) => JSON.stringify(periodOf(length, one))))];
      expect(parts).toHaveLength(length === 'half-month' ? 2 : 6);
      expect(parts.flatMap((part) => daysOf(JSON.parse(part)))).toEqual(month);
      for (const part of parts) {
        const { fromDay, toDay } = JSON.parse(part);
        expect(periodOf('half-month', fromDay)).toEqual(periodOf('half-month', toDay));
      }
    }
  }
});

test('periods are summed from the first day of the book to the last that is settled, again when another is', async () => {
  await use('2026-09-10T10:00:00Z', '1');
  await job();
  expect(await summed('year')).toEqual(['09-10…11-18']);
  expect(await summed('quarter')).toEqual(['09-10…09-30', '10-01…11-18']);
  expect(await summed('month')).toEqual(['09-10…09-30', '10-01…10-31', '11-01…11-18']);
  const halves = ['09-10…09-15', '09-16…09-30', '10-01…10-15', '10-16…10-31', '11-01…11-15'];
  expect(await summed('half-month')).toEqual([...halves, '11-16…11-18']);
  const fives = await summed('five-days');
  expect([fives.length, fives[0], fives[3], fives.at(-1)]).toEqual([14, '09-11…09-15', '09-26…09-30', '11-16…11-18']);
  const weeks = await summed('week');
  expect([weeks[0], weeks[1], weeks.at(-1)]).toEqual(['09-10…09-13', '09-14…09-20', '11-16…11-18']);
  expect(await job()).toBe(0);
  home.clock.set('2026-11-21T12:34:56.789Z');
  await job();
  expect(await summed('year')).toEqual(['09-10…11-19']);
  expect(await summed('quarter')).toEqual(['09-10…09-30', '10-01…11-19']);
  expect(await summed('half-month')).toEqual([...halves, '11-16…11-19']);
  expect(await cost()).toBe('1');
});

test('a book that begins on the last day of a half or a month is summed by the month and the quarter', async () => {
  await use('2026-10-15T10:00:00Z', '1');
  await use('2026-11-02T10:00:00Z', '2');
  await job();
  expect([await summed('month'), await summed('quarter')]).toEqual([['10-15…10-31', '11-01…11-18'], ['10-15…11-18']]);
  await use('2026-08-31T10:00:00Z', '4');
  await job();
  expect(await summed('quarter')).toEqual(['08-31…09-30', '10-01…11-18']);
  expect([await cost({ fromDay: '2026-08-31' }), await cost()]).toEqual(['7', '3']);
});

test('a year ends with December, and the next begins there', async () => {
  await use('2025-12-30T10:00:00Z', '1');
  await use('2026-01-01T00:00:00Z', '2');
  await job();
  await spoil();
  expect(await summed('year')).toEqual(['12-30…12-31', '01-01…11-18']);
  const years = { fromDay: '2025-12-30', toDay: '2026-11-18' };
  expect(await cost(years)).toBe('2000000000003');
  expect(await cost({ ...years, toDay: '2026-11-17' })).toBe('1000100000003'); // that year, and a quarter
  expect(await cost({ ...years, fromDay: '2025-12-31' })).toBe('1000000000002');
});

test('the last period of bills ends with the last of them, however long ago', async () => {
  const organizationId = await addTestOrganization(home.db, tenant.id);
  await addTestBilled(home.db, tenant.id, organizationId, [
    { day: '2026-07-03', usd: '1', lineItem: 'one' },
    { day: '2026-08-16', usd: '2', lineItem: 'two' },
  ]);
  await job();
  expect(await summed('quarter', 'billed')).toEqual(['07-03…08-16']);
  expect(await summed('half-month', 'billed')).toEqual(['07-03…07-15', '07-16…07-31', '08-01…08-15', '08-16…08-16']);
  expect(await job()).toBe(0);
  expect(await cost({ book: 'billed', fromDay: '2026-07-01' })).toBe('3');
});

test('a period waits until its days are the day before yesterday or older, in each zone', async () => {
  await withTenant(home.db, tenant.id, (tx) => tx.tenant.updateMany({ data: { reportingTimeZone: newYork } }));
  const organizationId = await addTestOrganization(home.db, tenant.id);
  await addTestReported(home.db, tenant.id, organizationId, [
    { at: '2026-10-15T10:00:00Z', costUsd: '1' },
    { at: '2026-11-19T10:00:00Z', costUsd: '1' },
  ]);
  // What came in UTC since the 15th still changes, the 16th, and so on. New York's 15th ends within the 16th.
  const known = async (now: string) => {
    home.clock.set(now);
    await job();
    return [(await summed('half-month', 'reported')).at(-1), (await summed('half-month', 'reported', newYork)).at(-1)];
  };
  expect(await known('2026-11-16T23:59:59Z')).toEqual(['11-01…11-14', '11-01…11-13']);
  expect(await known('2026-11-17T00:00:00Z')).toEqual(['11-01…11-15', '11-01…11-14']);
  expect(await known('2026-11-18T00:00:00Z')).toEqual(['11-01…11-15', '11-01…11-15']);
});

test('a range and a span read the longest periods that lie within, a day never does', async () => {
  await use('2026-09-16T00:00:00Z', '1');
  await use('2026-10-20T10:00:00Z', '2');
  await job();
  await spoil();
  expect(await cost()).toBe('1000000000003'); // the year, as far as there is something
  expect(await cost({ fromDay: '2026-09-17' })).toBe('100000002');
  expect(await cost({ fromDay: '2026-09-17', toDay: '2026-11-17' })).toBe('1000002'); // October
  expect(await cost({ fromDay: '2026-09-17', toDay: '2026-10-31' })).toBe('1000002');
  expect(await cost({ fromDay: '2026-10-02', toDay: '2026-10-31' })).toBe('10002'); // the second half of it
  expect(await cost({ toDay: '2026-10-30' })).toBe('100000103'); // a quarter and five days of October
  expect(await cost({ fromDay: '2026-10-17', toDay: '2026-10-30' })).toBe('2');
  const days = await sumBookByDay(home, tenant.id, ask());
  expect(days.map((sums) => formatUsd(sums.cost))).toEqual(['1', '2']);
  const spans = await sumBookBySpan(home, tenant.id, {
    ...ask(),
    spans: [
      { fromDay: '2026-09-01', toDay: '2026-10-20' },
      { fromDay: '2026-10-21', toDay: '2026-11-20' },
    ],
  });
  expect(spans.map((sums) => `${sums.day} ${formatUsd(sums.cost)}`)).toEqual(['2026-09-01 100000103']);
});

test('a week is read where it is asked for alone, and days where a week is cut', async () => {
  for (const day of ['05', '08', '11']) await use(`2026-10-${day}T10:00:00Z`, '1');
  await job();
  await spoil();
  const weeks = async (...spans: [fromDay: string, toDay: string][]) => {
    const days = spans.map(([fromDay, toDay]) => ({ fromDay: `2026-10-${fromDay}`, toDay: `2026-10-${toDay}` }));
    const sums = await sumBookBySpan(home, tenant.id, { ...ask(), spans: days });
    return sums.map(({ cost: usd }) => formatUsd(usd));
  };
  expect(await weeks(['05', '11'])).toEqual(['10000000003']);
  expect(await weeks(['05', '05'], ['08', '11'])).toEqual(['1', '2']);
  expect(await weeks(['04', '11'])).toEqual(['103']); // five days in it, and no week
});

test('whatever is asked, the answer is the same with periods of each length and without', async () => {
  const organizationId = await addTestOrganization(home.db, tenant.id);
  const random = sequence();
  const at = () => new Date(Date.UTC(2026, 6, 1) + random(142 * 24) * 3_600_000).toISOString();
  await addTestUsage(
    home.db,
    tenant.id,
    Array.from({ length: 60 }, () => ({
      at: at(),
      costUsd: `0.${1 + random(999)}`,
      model: `m${random(3)}`,
      ...(random(2) === 0 && { endUser: `u${random(3)}` }),
    })),
  );
  await addTestReported(
    home.db,
    tenant.id,
    organizationId,
    Array.from({ length: 60 }, () => ({
      at: at(),
      costUsd: `0.${1 + random(999)}`,
      model: `m${random(3)}`,
      projectId: `p${random(3)}`,
      apiKeyId: `k${random(3)}`,
    })),
  );
  await addTestBilled(
    home.db,
    tenant.id,
    organizationId,
    Array.from({ length: 40 }, (_, index) => ({
      day: at().slice(0, 10),
      usd: `0.${1 + random(999)}`,
      lineItem: `line ${index}`,
    })),
  );
  const questions = books.flatMap((book) =>
    (['none', 'organization', 'project', 'key', 'model', 'tier', 'kind', 'end-user'] as const)
      .filter((by) => (by !== 'end-user' || book === 'measured') && (by !== 'tier' || book !== 'billed'))
      .flatMap((by) => [
        ask({ fromDay: '2026-07-01', book, by }),
        ...(by === 'end-user'
          ? []
          : [
              ask({ fromDay: '2026-07-01', book, by, only: { model: 'm1' } }),
              ask({ fromDay: '2026-07-01', book, by, and: 'model' }),
            ]),
        ...(by === 'key'
          ? [
              ask({ fromDay: '2026-07-01', book, by, only: { tier: 'default' } }),
              ask({ fromDay: '2026-07-01', book, by, groups: ['k1', null] }),
            ]
          : []),
      ])
      .filter(({ book: of, only }) => of !== 'billed' || only?.tier === undefined),
  );
  const weeks = weeksOf({ fromDay: '2026-07-01', toDay: range.toDay });
  // A few at a time: all at once, the last would wait for a connection longer than they may on a busy machine.
  const inTurns = pLimit(4);
  const answers = () =>
    Promise.all([
      ...questions.map((question) => inTurns(() => sumBook(home, tenant.id, question))),
      ...books.map((book) =>
        inTurns(() => sumBookBySpan(home, tenant.id, { ...ask({ book, by: 'model' }), spans: weeks })),
      ),
    ]);
  const fromHours = await answers();
  await sumOnlyDays();
  const fromDays = await answers();
  expect(fromDays).toEqual(fromHours);
  await job();
  for (const period of periods) {
    expect((await summed(period)).length).toBeGreaterThan(0);
    expect(await answers()).toEqual(fromHours);
    await withTenant(home.db, tenant.id, (tx) => tx.summedPeriod.deleteMany({ where: { period } }));
  }
});

test('a late event takes its periods from the sums until the day and they are summed anew', async () => {
  await use('2026-09-16T10:00:00Z', '1');
  await job();
  await use('2026-10-31T23:59:59Z', '2');
  expect(await summed('half-month')).toEqual(['09-16…09-30', '10-01…10-15', '11-01…11-15', '11-16…11-18']);
  expect(await summed('month')).toEqual(['09-16…09-30', '11-01…11-18']);
  expect([await summed('quarter'), await summed('year')]).toEqual([['09-16…09-30'], []]);
  expect(await summed('five-days')).not.toContain('10-26…10-31');
  expect(await cost()).toBe('3');
  await job();
  expect(await summed('half-month')).toContain('10-16…10-31');
  expect(await summed('month')).toContain('10-01…10-31');
  expect(await summed('quarter')).toContain('10-01…11-18');
  expect([await summed('year'), await cost()]).toEqual([['09-16…11-18'], '3']);
});

test('a period is not named when one of its days was forgotten while it was being summed, or before', async () => {
  await use('2026-10-16T10:00:00Z', '1');
  await sumOnlyDays();
  const half = await waiting();
  await withTenant(home.db, tenant.id, (tx) =>
    forgetDaySumsAt(tx, 'measured', [new Date(`${half.fromDay}T05:00:00Z`)]),
  );
  expect(await sumPeriod(home.db, tenant.id, half)).toBe(false);
  expect(await summed('half-month')).not.toContain(`${half.fromDay.slice(5)}…${half.toDay.slice(5)}`);
});

test('a period whose day is forgotten and summed anew meanwhile is left to the next time', async () => {
  await use('2026-10-16T10:00:00Z', '1');
  await sumOnlyDays();
  const half = await waiting();
  const holding = holdBook();
  await holding.held;
  // It has its sums by now and waits for the book, whose writer is about to change a day and sum it.
  const summing = sumPeriod(home.db, tenant.id, half);
  await untilSomebodyWaits(home.db);
  await holding.change(half.fromDay);
  expect(await summing).toBe(false);
  expect(await summed('half-month')).not.toContain(`${half.fromDay.slice(5)}…${half.toDay.slice(5)}`);
});

test('two that sum the same period at once leave its sums once', async () => {
  await use('2026-10-16T10:00:00Z', '1');
  await sumOnlyDays();
  const half = await waiting();
  const results = await atOnce([1, 2, 3].map(() => () => sumPeriod(home.db, tenant.id, half)));
  expect(results.filter(Boolean)).toHaveLength(1);
  await job();
  expect(await cost()).toBe('1');
});

test('two that sum a period up to different days at once leave its sums once', async () => {
  await use('2026-11-10T10:00:00Z', '1');
  await job();
  const [fromDay, period, zone] = ['2026-11-10', 'half-month', 'UTC'] as const;
  const upTo = (toDay: string) => () =>
    sumPeriod(home.db, tenant.id, { book: 'measured', zone, period, fromDay, toDay: `2026-11-${toDay}` });
  const results = await atOnce(['14', '13', '12'].map(upTo));
  expect(results.filter(Boolean)).toHaveLength(1);
  const rows = await withTenant(
    home.db,
    tenant.id,
    (tx) => tx.$queryRaw<{ of: string }[]>`
      SELECT s.day || ' ' || count(p) AS of FROM summed_period s LEFT JOIN period_sum p
        ON p.period = s.period AND p.day = s.day AND p.zone = s.zone AND p.book = s.book AND p.level = 'total'
      WHERE s.period = 'half-month' AND s.day < '2026-11-16' GROUP BY s.day`,
  );
  expect(rows).toEqual([{ of: '2026-11-10 1' }]);
  expect(await cost({ fromDay: '2026-11-09' })).toBe('1');
});

test('what is there from an earlier day on is in the periods of both, each once', async () => {
  await use('2026-09-16T10:00:00Z', '1');
  await job();
  await use('2026-09-08T10:00:00Z', '2');
  const both = async () => [await cost(), await cost({ fromDay: '2026-09-09' }), await cost({ fromDay: '2026-09-16' })];
  expect(await both()).toEqual(['3', '1', '1']);
  await job();
  expect(await summed('quarter')).toEqual(['09-08…09-30', '10-01…11-18']);
  expect(await summed('half-month')).toContain('09-08…09-15');
  expect(await both()).toEqual(['3', '1', '1']);
  const left = await withTenant(
    home.db,
    tenant.id,
    (tx) => tx.$queryRaw`SELECT period, day FROM period_sum EXCEPT SELECT period, day FROM summed_period`,
  );
  expect(left).toEqual([]);
});

test('a month whose half is summed anew meanwhile is left to the next time', async () => {
  await use('2026-09-20T10:00:00Z', '1');
  await job();
  await withTenant(home.db, tenant.id, (tx) => tx.summedPeriod.deleteMany({ where: { period: 'month' } }));
  const month = await waiting('month');
  await use('2026-10-17T10:00:00Z', '2');
  expect(await sumPeriod(home.db, tenant.id, month)).toBe(false);
  expect(await cost()).toBe('3');
  await job();
  expect([await summed('month'), await cost()]).toEqual([['09-20…09-30', '10-01…10-31', '11-01…11-18'], '3']);
});

/** Whole numbers below `limit`, the same ones each time. */
function sequence(): (limit: number) => number {
  let state = 7;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
}

/** Lets each sum a period that has been summed before, and none go on until all have looked at what there is. */
async function atOnce(summers: (() => Promise<boolean>)[]): Promise<boolean[]> {
  const { results } = await withTenant(home.db, tenant.id, async (tx) => {
    await tx.$executeRaw`WITH old AS (SELECT 1 FROM period_sum FOR UPDATE) SELECT count(*) FROM old`;
    const summing = Promise.all(summers.map((sum) => sum()));
    await untilSomebodyWaits(home.db, { atLeast: summers.length });
    return { results: summing };
  });
  return results;
}

/** A writer that holds the book in common until it has taken a day's name and given it back. */
function holdBook() {
  let begun = () => {};
  let go: (day: string) => void = () => {};
  const held = new Promise<void>((resolve) => (begun = resolve));
  const day = new Promise<string>((resolve) => (go = resolve));
  const ended = withTenant(home.db, tenant.id, async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(day_sums_lock('measured'))`;
    begun();
    const of = await day;
    await tx.$executeRaw`
      WITH gone AS (DELETE FROM summed_day WHERE book = 'measured' AND zone = 'UTC' AND day = ${of}::date RETURNING *)
      SELECT count(*) FROM gone`;
    await tx.$executeRaw`
      INSERT INTO summed_day (tenant_id, zone, book, day, summed_to)
      VALUES (current_tenant_id(), 'UTC', 'measured', ${of}::date, (${of}::date + 1)::timestamp AT TIME ZONE 'UTC')`;
  });
  return { held, change: (of: string) => (go(of), ended) };
}
