import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatUsd, parseUsd } from '#core/money.js';
import { newId } from '#core/ids.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { type Book, type BookFilter, type BookGroup, books } from '../books/book.js';
import { monthsOfSpend, rangeOfMonths } from './months-of-spend.js';
import { type PointGrain, readSpend } from './read-spend.js';
import { readSpendDashboard } from './read-spend-dashboard.js';
import { asOf, liveBook, readSpendSources, usualBook } from './read-spend-sources.js';
import { setSpendLimits } from './set-spend-limits.js';
import { knownCost } from './spend-sums.js';
import { splitDays } from './split-days.js';
import { topGroups } from './top-groups.js';

let home: TestInstallation;
let tenants = 0;
beforeAll(async () => {
  home = await createTestInstallation('2026-11-20T12:00:00.000Z');
});
afterAll(() => home.close());

async function addTenant(reportingTimeZone = 'UTC'): Promise<string> {
  return (await home.addTenant(`tenant-${(tenants += 1)}`, { reportingTimeZone })).id;
}

async function addOrganization(tenantId: string, importedAt: string | null = '2026-11-20T11:00:00Z') {
  const providerKeyId = newId();
  await withTenant(
    home.db,
    tenantId,
    (tx) => tx.$executeRaw`INSERT INTO provider_key (tenant_id, id, kind, label, mask, model, probe_daily_cap_usd,
        is_active, sealed_secret, fingerprint)
      VALUES (current_tenant_id(), ${providerKeyId}::uuid, 'admin', ${newId()}, 'sk-…', 'm', 1, true, '\\x01',
        ${newId()}::bytea)`,
  );
  const id = await addTestOrganization(home.db, tenantId, { providerKeyId });
  await withTenant(home.db, tenantId, (tx) => tx.organization.updateMany({ where: { id }, data: { importedAt } }));
  return id;
}

interface Asked {
  book: Book;
  days: readonly [fromDay: string, toDay: string];
  before?: readonly [fromDay: string, toDay: string];
  by?: BookGroup;
  only?: BookFilter;
  grain?: PointGrain;
  named?: number;
}

async function ask(
  tenantId: string,
  { book, days: [fromDay, toDay], before, by = 'none', only = {}, grain = 'day', named = 100 }: Asked,
) {
  const sources = await readSpendSources(home, tenantId);
  const compared = before ? { fromDay: before[0], toDay: before[1] } : null;
  const question = { book, fromDay, toDay, before: compared, by, only, sources, grain };
  return readSpend(home, tenantId, { ...question, named, detail: Math.min(3, named) });
}

const billed = (usd: string, ...days: string[]) => days.map((day) => ({ day, usd, lineItem: 'x' }));

test('the book is what OpenAI bills where that is known, else what was measured', async () => {
  const tenantId = await addTenant();
  expect(usualBook(await readSpendSources(home, tenantId))).toBe('measured');
  const organizationId = await addOrganization(tenantId);
  const connected = await readSpendSources(home, tenantId);
  expect([usualBook(connected), liveBook(connected)]).toEqual(['measured', 'measured']);
  await addTestBilled(home.db, tenantId, organizationId, billed('1', '2026-11-01'));
  await addTestReported(home.db, tenantId, organizationId, [{ at: '2026-11-20T10:00:00Z' }]);
  const imported = await readSpendSources(home, tenantId);
  expect([usualBook(imported), liveBook(imported)]).toEqual(['billed', 'reported']);
});

test('an imported book is as old as the oldest of its imports, and as nothing before the first', async () => {
  const tenantId = await addTenant();
  await addOrganization(tenantId, '2026-11-20T11:00:00Z');
  const age = async () => asOf(home, 'billed', await readSpendSources(home, tenantId))?.toISOString() ?? null;
  expect(await age()).toBe('2026-11-20T11:00:00.000Z');
  await addOrganization(tenantId, '2026-11-20T09:00:00Z');
  expect(await age()).toBe('2026-11-20T09:00:00.000Z');
  expect(asOf(home, 'billed', await readSpendSources(home, await addTenant()))).toBeNull();
  expect(asOf(home, 'measured', await readSpendSources(home, tenantId))).toEqual(home.clock.now());
});

test('days and groups each add up to the total, and so does every month', async () => {
  const tenantId = await addTenant('America/New_York');
  const organizationId = await addOrganization(tenantId);
  const hours = Array.from({ length: 70 * 8 }, (_, index) => ({
    at: new Date(Date.UTC(2026, 8, 10, index * 3)).toISOString(),
    projectId: `proj_${index % 7}`,
    costUsd: `0.${index + 1}`,
    requests: index,
  }));
  await addTestReported(home.db, tenantId, organizationId, hours);
  const spend = await ask(tenantId, { book: 'reported', days: ['2026-09-11', '2026-11-17'], by: 'project' });
  const sum = (parts: { cost: bigint }[]) => parts.reduce((all, { cost }) => all + cost, 0n);
  expect(spend.days).toHaveLength(68);
  expect(spend.groups).toHaveLength(7);
  expect(sum(spend.days)).toBe(spend.total.cost);
  expect(sum(spend.groups)).toBe(spend.total.cost);
  const months = monthsOfSpend(spend);
  expect(months.map(({ month, fromDay, toDay }) => [month, fromDay, toDay])).toEqual([
    ['2026-09', '2026-09-11', '2026-09-30'],
    ['2026-10', '2026-10-01', '2026-10-31'],
    ['2026-11', '2026-11-01', '2026-11-17'],
  ]);
  expect(sum(months)).toBe(spend.total.cost);
  const { top, others } = topGroups(spend, 3);
  expect(sum(top) + (others?.cost ?? 0n)).toBe(spend.total.cost);
  expect([top.length, others?.count]).toEqual([3, 4]);
  expect(topGroups(spend, 7).others).toBeNull();
  const split = splitDays(spend, 3);
  expect(split.named.map(({ group }) => group)).toEqual(top.map(({ group }) => group));
  for (const { day, cost } of spend.days) {
    const named = split.named.map(({ ofDay }) => ofDay.get(day)?.cost ?? 0n);
    expect(sum([...named, split.others?.ofDay.get(day)?.cost ?? 0n].map((cost) => ({ cost })))).toBe(cost);
  }
});

test('naming two groups of seven leaves every figure as it is, those of the others and of the period before included', async () => {
  const tenantId = await addTenant();
  const organizationId = await addOrganization(tenantId);
  const hours = Array.from({ length: 60 }, (_, index) => ({
    at: new Date(Date.UTC(2026, 9, 1, index * 12)).toISOString(),
    projectId: `proj_${index % 7}`,
    costUsd: `${index + 1}`,
    requests: index,
  }));
  await addTestReported(home.db, tenantId, organizationId, hours);
  const question = {
    book: 'reported',
    days: ['2026-10-16', '2026-10-30'],
    before: ['2026-10-01', '2026-10-15'],
    by: 'project',
  } as const;
  const [all, two] = [await ask(tenantId, question), await ask(tenantId, { ...question, named: 2 })];
  expect(two.groups).toEqual(all.groups.slice(0, 2));
  expect([all.groupCount, two.groupCount, all.groups.length]).toEqual([7, 7, 7]);
  expect(topGroups(two, 2)).toEqual(topGroups(all, 2));
  expect([two.total, two.before, two.days]).toEqual([all.total, all.before, all.days]);
  expect(splitDays(two, 2)).toEqual(splitDays(all, 2));
});

test('a month whose beginning is still to be read is compared with nothing', async () => {
  const tenantId = await addTenant();
  const organizationId = await addOrganization(tenantId);
  const october = Array.from({ length: 20 }, (_, index) => `2026-10-${String(index + 1).padStart(2, '0')}`);
  await addTestBilled(home.db, tenantId, organizationId, billed('9', ...october, '2026-11-02', '2026-11-03'));
  const asked = { book: 'billed', before: ['2026-10-01', '2026-10-20'] } as const;
  expect((await ask(tenantId, { ...asked, days: ['2026-11-01', '2026-11-20'] })).before).toBeNull();
  const known = await ask(tenantId, { ...asked, days: ['2026-11-02', '2026-11-20'] });
  expect(known.before).toMatchObject({ fromDay: '2026-10-01', toDay: '2026-10-02' });
});

test('stored bytes, which count no requests and have no price, cost an unknown amount and not 0', async () => {
  const tenantId = await addTenant();
  const organizationId = await addOrganization(tenantId);
  await addTestReported(home.db, tenantId, organizationId, [
    { at: '2026-11-17T00:00:00Z', kind: 'vector_stores', model: '', requests: 0, costUsd: null },
    { at: '2026-11-18T00:00:00Z', kind: 'vector_stores', model: '', requests: 0, costUsd: null },
    { at: '2026-11-18T10:00:00Z', kind: 'completions', costUsd: '2' },
    { at: '2026-11-18T10:00:00Z', kind: 'code_interpreter_sessions', model: '', requests: 0, costUsd: '0.03' },
  ]);
  await addTestBilled(home.db, tenantId, organizationId, billed('0', '2026-11-18'));
  const question = { days: ['2026-11-17', '2026-11-18'], by: 'kind' } as const;
  const spend = await ask(tenantId, { ...question, book: 'reported' });
  const costs = spend.groups.map((sums) => [sums.group, knownCost(sums) === null ? null : formatUsd(sums.cost)]);
  expect(Object.fromEntries(costs)).toEqual({
    completions: '2',
    code_interpreter_sessions: '0.03',
    vector_stores: null,
  });
  expect(spend.days.map((day) => knownCost(day) === null)).toEqual([true, false]);
  expect(formatUsd(spend.total.cost)).toBe('2.03');
  const bill = await ask(tenantId, { ...question, book: 'billed' });
  expect(knownCost(bill.total)).toBe(0n); // a bill of nothing is known
});

test('what tools cost is known beside requests that all have no price', async () => {
  const tenantId = await addTenant();
  const organizationId = await addOrganization(tenantId);
  await addTestReported(home.db, tenantId, organizationId, [
    { at: '2026-11-18T10:00:00Z', kind: 'completions', model: 'unheard-of', costUsd: null },
    { at: '2026-11-18T10:00:00Z', kind: 'web_search_calls', model: 'unheard-of', requests: 0, costUsd: '1' },
  ]);
  const { total } = await ask(tenantId, { days: ['2026-11-18', '2026-11-18'], book: 'reported' });
  expect([knownCost(total), total.unpricedRequests]).toEqual([parseUsd('1'), 1]);
});

test('points by the week and by the month are the sums of those by the day', async () => {
  const tenantId = await addTenant('Europe/Berlin');
  const organizationId = await addOrganization(tenantId);
  const hours = Array.from({ length: 70 * 4 }, (_, index) => ({
    at: new Date(Date.UTC(2026, 8, 10, index * 6)).toISOString(),
    model: `model-${index % 5}`,
    costUsd: `0.${index + 1}`,
  }));
  await addTestReported(home.db, tenantId, organizationId, hours);
  const question = { book: 'reported', days: ['2026-09-15', '2026-11-03'], by: 'model' } as const;
  const byDay = await ask(tenantId, question);
  const starts = {
    week: ['15', '21', '28']
      .map((day) => `2026-09-${day}`)
      .concat('2026-10-05', '2026-10-12', '2026-10-19', '2026-10-26', '2026-11-02'),
    month: ['2026-09-15', '2026-10-01', '2026-11-01'],
  };
  for (const grain of ['week', 'month'] as const) {
    const { points, groups } = await ask(tenantId, { ...question, grain });
    expect([...new Set(points.map(({ day }) => day))]).toEqual(starts[grain]);
    expect(new Set(points.map(({ group }) => group))).toEqual(new Set(groups.slice(0, 3).map(({ group }) => group)));
    for (const [index, start] of starts[grain].entries()) {
      const end = starts[grain][index + 1] ?? '9999';
      const own = byDay.points.filter(({ day, group }) => day >= start && day < end && group === groups[0]?.group);
      const point = points.find(({ day, group }) => day === start && group === groups[0]?.group);
      expect(point?.cost ?? 0n).toBe(own.reduce((sum, { cost }) => sum + cost, 0n));
    }
  }
});

test('a measured day before the first usage is not known, and today is provisional', async () => {
  const tenantId = await addTenant();
  await addTestUsage(home.db, tenantId, [{ at: '2026-11-18T10:00:00Z' }]);
  const { days } = await ask(tenantId, { book: 'measured', days: ['2026-11-17', '2026-11-20'] });
  expect(days.map(({ isKnown, isProvisional }) => [isKnown, isProvisional])).toEqual([
    [false, false],
    [true, false],
    [true, false],
    [true, true],
  ]);
});

test('a billed day is known once it was read, and final three days after its end', async () => {
  const tenantId = await addTenant();
  const organizationId = await addOrganization(tenantId);
  const readAt = '2026-11-20T11:00:00Z';
  await addTestBilled(home.db, tenantId, organizationId, [
    { day: '2026-11-15', usd: '1', readAt },
    { day: '2026-11-16', usd: '2', readAt },
    { day: '2026-11-17', usd: '4', readAt },
  ]);
  const { days } = await ask(tenantId, { book: 'billed', days: ['2026-11-14', '2026-11-18'] });
  expect(days.map(({ cost, isKnown, isProvisional }) => [formatUsd(cost), isKnown, isProvisional])).toEqual([
    ['0', false, false],
    ['1', true, false],
    ['2', true, false],
    ['4', true, true],
    ['0', false, false],
  ]);
});

test('a day that only one of two bills reaches is provisional, and is not of the one alone', async () => {
  const tenantId = await addTenant();
  const [ahead, behind] = [await addOrganization(tenantId), await addOrganization(tenantId)];
  await addTestBilled(home.db, tenantId, ahead, billed('1', '2026-11-01', '2026-11-02'));
  await addTestBilled(home.db, tenantId, behind, billed('1', '2026-11-01'));
  const asked = { book: 'billed', days: ['2026-11-01', '2026-11-02'] } as const;
  const provisional = async (only: BookFilter) =>
    (await ask(tenantId, { ...asked, days: [...asked.days], only })).days.map((day) => day.isProvisional);
  expect(await provisional({})).toEqual([false, true]);
  expect(await provisional({ organizationId: ahead })).toEqual([false, false]);
});

test('as long as one bill was never read, no day of all is final; a second key of the same organization has none to wait for', async () => {
  const tenantId = await addTenant();
  const [read, other] = [await addOrganization(tenantId), await addOrganization(tenantId)];
  await addTestBilled(home.db, tenantId, read, billed('1', '2026-11-01', '2026-11-02'));
  const provisional = async () =>
    (await ask(tenantId, { book: 'billed', days: ['2026-11-01', '2026-11-02'] })).days.map((day) => day.isProvisional);
  expect(await provisional()).toEqual([true, true]);
  await withTenant(home.db, tenantId, (tx) =>
    tx.organization.updateMany({ where: { id: other }, data: { importErrorCode: 'same-organization' } }),
  );
  expect(await provisional()).toEqual([false, false]);
});

test('reported days end where the import does, and are final when they were read three days after their end', async () => {
  const tenantId = await addTenant('Asia/Tokyo');
  const organizationId = await addOrganization(tenantId, '2026-11-18T15:30:00Z'); // the 19th in Tokyo
  await addTestReported(home.db, tenantId, organizationId, [{ at: '2026-11-14T15:00:00Z' }]);
  const { days } = await ask(tenantId, { book: 'reported', days: ['2026-11-14', '2026-11-20'] });
  expect(days.map(({ isKnown, isProvisional }) => [isKnown, isProvisional])).toEqual([
    [false, false],
    [true, false],
    [true, true],
    [true, true],
    [true, true],
    [true, true],
    [false, false],
  ]);
});

test('reported days that only some organizations reach are known and open, and add up to the whole', async () => {
  const tenantId = await addTenant();
  const [ahead, behind] = [
    await addOrganization(tenantId),
    await addOrganization(tenantId, '2026-11-16T11:00:00Z'), // its imports fail since
  ];
  await addTestReported(home.db, tenantId, ahead, [
    { at: '2026-11-12T10:00:00Z', costUsd: '1' },
    { at: '2026-11-19T10:00:00Z', costUsd: '2' },
    { at: '2026-11-20T10:00:00Z', costUsd: '4' },
  ]);
  await addTestReported(home.db, tenantId, behind, [{ at: '2026-11-12T10:00:00Z', costUsd: '8' }]);
  const look = async (only: BookFilter) => {
    const { days, total } = await ask(tenantId, { book: 'reported', days: ['2026-11-12', '2026-11-20'], only });
    expect(days.reduce((sum, { isKnown, cost }) => (isKnown ? sum + cost : sum), 0n)).toBe(total.cost);
    const open = days.find(({ isKnown, isProvisional }) => isKnown && isProvisional);
    const unknown = days.find(({ isKnown }) => !isKnown);
    return [open?.day, unknown?.day];
  };
  expect(await look({})).toEqual(['2026-11-13', undefined]);
  expect(await look({ organizationId: ahead })).toEqual(['2026-11-17', undefined]);
  expect(await look({ organizationId: behind })).toEqual(['2026-11-13', '2026-11-17']);
  await setSpendLimits(home, tenantId, { daily: parseUsd('3') });
  const sources = await readSpendSources(home, tenantId);
  const { limits } = await readSpendDashboard(home, tenantId, { book: 'reported', sources });
  expect(limits.daily).toMatchObject({ spent: parseUsd('4'), over: parseUsd('1') });
});

test('days that are not billed yet are left out of the period before, too', async () => {
  const tenantId = await addTenant();
  const organizationId = await addOrganization(tenantId);
  const days = ['2026-11-01', '2026-11-02', '2026-11-08', '2026-11-09', '2026-11-10', '2026-11-11'];
  await addTestBilled(home.db, tenantId, organizationId, billed('1', ...days));
  const asked = (from: string, to: string, ...before: [string, string]) =>
    ask(tenantId, { book: 'billed', days: [from, to], before });
  // Of three days, the last is not billed yet.
  const { before, total } = await asked('2026-11-10', '2026-11-12', '2026-11-08', '2026-11-10');
  expect([before?.fromDay, before?.toDay, before?.total.cost, total.cost]).toEqual([
    '2026-11-08',
    '2026-11-09',
    parseUsd('2'),
    parseUsd('2'),
  ]);
  // A period that the book does not know whole is no measure.
  expect((await asked('2026-11-03', '2026-11-04', '2026-11-01', '2026-11-02')).before).toBeNull();
  expect((await asked('2026-11-08', '2026-11-11', '2026-11-01', '2026-11-04')).before).toBeNull();
});

test('groups know what they cost before', async () => {
  const tenantId = await addTenant();
  await addTestUsage(home.db, tenantId, [
    { at: '2026-11-17T10:00:00Z', model: 'a', costUsd: '1' },
    { at: '2026-11-18T10:00:00Z', model: 'a', costUsd: '3' },
    { at: '2026-11-18T10:00:00Z', model: 'b', costUsd: '5' },
  ]);
  const asked = { book: 'measured', days: ['2026-11-18', '2026-11-18'], before: ['2026-11-17', '2026-11-17'] } as const;
  const { groups } = await ask(tenantId, { ...asked, days: [...asked.days], before: [...asked.before], by: 'model' });
  expect(groups.map(({ group, before }) => [group, before && formatUsd(before.cost)])).toEqual([
    ['b', '0'],
    ['a', '1'],
  ]);
});

test('limits tell what is left or what is over, never less than nothing', async () => {
  const tenantId = await addTenant();
  await addTestUsage(home.db, tenantId, [
    { at: '2026-11-01T10:00:00Z', costUsd: '7' },
    { at: '2026-11-20T10:00:00Z', costUsd: '3' },
  ]);
  const standing = async () => {
    const sources = await readSpendSources(home, tenantId);
    const { limits } = await readSpendDashboard(home, tenantId, { book: 'measured', sources });
    return [limits.daily, limits.monthly].map(({ remaining, over }) =>
      [remaining, over].map((usd) => (usd === null ? null : formatUsd(usd))),
    );
  };
  expect(await standing()).toEqual([
    [null, null],
    [null, null],
  ]);
  await setSpendLimits(home, tenantId, { daily: parseUsd('2.5'), monthly: parseUsd('10.000000000001') });
  expect(await standing()).toEqual([
    ['0', '0.5'],
    ['0.000000000001', '0'],
  ]);
  await setSpendLimits(home, tenantId, { daily: null });
  expect(await standing()).toEqual([
    [null, null],
    ['0.000000000001', '0'],
  ]);
});

test('limits are held by the book that knows most, whichever is asked for', async () => {
  const tenantId = await addTenant();
  const organizationId = await addOrganization(tenantId);
  await setSpendLimits(home, tenantId, { daily: parseUsd('10'), monthly: parseUsd('10') });
  const held = async () => {
    const sources = await readSpendSources(home, tenantId);
    const dashboards = await Promise.all(books.map((book) => readSpendDashboard(home, tenantId, { book, sources })));
    const standings = dashboards.map(({ limits }) =>
      [limits.daily, limits.monthly].map(({ book, spent }) => `${book} ${spent === null ? '–' : formatUsd(spent)}`),
    );
    expect(new Set(standings.map(String)).size).toBe(1);
    return standings[0];
  };
  await addTestUsage(home.db, tenantId, [{ at: '2026-11-20T10:00:00Z', costUsd: '1' }]);
  expect(await held()).toEqual(['measured 1', 'measured 1']);
  await addTestReported(home.db, tenantId, organizationId, [{ at: '2026-11-20T10:00:00Z', costUsd: '2' }]);
  expect(await held()).toEqual(['reported 2', 'reported 2']);
  await addTestBilled(home.db, tenantId, organizationId, billed('5', '2026-11-18'));
  expect(await held()).toEqual(['reported 2', 'billed 5']);
});

test('with a bill, the month is the bill’s and today is what OpenAI reports', async () => {
  const tenantId = await addTenant();
  const organizationId = await addOrganization(tenantId);
  await addTestBilled(home.db, tenantId, organizationId, billed('5', '2026-11-18', '2026-10-31'));
  await addTestReported(home.db, tenantId, organizationId, [{ at: '2026-11-20T10:00:00Z', costUsd: '2' }]);
  const sources = await readSpendSources(home, tenantId);
  const { today, month } = await readSpendDashboard(home, tenantId, { book: 'billed', sources });
  expect([today.book, formatUsd(today.total.cost)]).toEqual(['reported', '2']);
  expect([month.book, formatUsd(month.total.cost)]).toEqual(['billed', '5']);
});

test('what today cost, and what is left of it, is not known before an import has reached it', async () => {
  const tenantId = await addTenant();
  const organizationId = await addOrganization(tenantId, '2026-11-19T23:30:00Z');
  await addTestReported(home.db, tenantId, organizationId, [{ at: '2026-11-19T10:00:00Z', costUsd: '2' }]);
  await setSpendLimits(home, tenantId, { daily: parseUsd('5') });
  const look = async () => {
    const sources = await readSpendSources(home, tenantId);
    const { today, limits } = await readSpendDashboard(home, tenantId, { book: 'reported', sources });
    return [today.isKnown, limits.daily.spent, limits.daily.remaining];
  };
  expect(await look()).toEqual([false, null, null]);
  await withTenant(home.db, tenantId, (tx) =>
    tx.organization.updateMany({ data: { importedAt: '2026-11-20T11:00:00Z' } }),
  );
  expect(await look()).toEqual([true, 0n, parseUsd('5')]);
});

test('a history of months begins with the first of one', () => {
  expect(rangeOfMonths('2026-03-31', 12)).toEqual({ fromDay: '2025-04-01', toDay: '2026-03-31' });
  expect(rangeOfMonths('2026-03-01', 1)).toEqual({ fromDay: '2026-03-01', toDay: '2026-03-01' });
});
