import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formatUsd } from '#core/money.js';
import { newId } from '#core/ids.js';
import { withTenant } from '#db/with-tenant.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { storeProviderKey } from '../provider-keys/store-provider-key.js';
import type { Tenant } from '../tenants/tenant.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { addTestUsage } from '#testing/add-test-usage.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { reconcile, type ReconciliationQuery } from './reconcile.js';
import { type Difference, reconciliationGroups, type ThreeBooks } from './reconciliation.js';

let home: TestInstallation;
let tenant: Tenant;
let organization: string;
let adminKey: string;
let count = 0;
beforeAll(async () => {
  home = await createTestInstallation('2026-11-20T12:00:00.000Z');
});
afterAll(() => home.close());
beforeEach(async () => {
  tenant = await home.addTenant(`t${(count += 1)}`, { reportingTimeZone: 'Pacific/Auckland' });
  adminKey = await storeKey('admin', 'admin');
  organization = await addTestOrganization(home.db, tenant.id, { providerKeyId: adminKey });
});

async function storeKey(label: string, kind: 'project' | 'admin' = 'project'): Promise<string> {
  const secret = simulatedSecret({ behaviour: 'healthy', kind, label });
  const defaults = { model: 'gpt-4o-mini', dailyCapUsd: '0.05' };
  return (await storeProviderKey({ ...home, defaults }, tenant.id, { label, secret })).id;
}

const readDays = (fromDay: string, toDay: string) =>
  withTenant(
    home.db,
    tenant.id,
    (tx) => tx.$executeRaw`
      INSERT INTO billed_day SELECT current_tenant_id(), ${organization}::uuid, d, 0, '2026-11-20T00:00:00Z'::timestamptz
      FROM generate_series(${fromDay}::date, ${toDay}::date, '1 day') d ON CONFLICT DO NOTHING`,
  );
/** That usage was imported of every day. */
const readFeeds = () =>
  withTenant(home.db, tenant.id, (tx) =>
    tx.importFeed.create({
      data: {
        tenantId: tenant.id,
        organizationId: organization,
        feed: 'completions',
        knownFrom: new Date(at(1)),
        knownTo: new Date(at(20)),
        hourlyFrom: new Date(at(1)),
        readAt: new Date(at(20)),
      },
    }),
  );
const look = (query: Partial<ReconciliationQuery> = {}) =>
  reconcile(home, tenant.id, { fromDay: '2026-11-01', toDay: '2026-11-10', by: 'day', limit: 100, ...query });
const link = (id: string, providerKeyId: string) =>
  withTenant(home.db, tenant.id, (tx) =>
    tx.openaiApiKey.create({
      data: {
        tenantId: tenant.id,
        id,
        organizationId: organization,
        projectId: 'proj_a',
        name: id,
        redactedValue: 'sk-…',
        createdAt: new Date(at(1)),
        hasOwnerAccess: true,
        providerKeyId,
        seenAt: new Date(at(1)),
      },
    }),
  );
const usd = (amount: bigint | null) => (amount === null ? null : formatUsd(amount));
const told = (difference: Difference | null) =>
  difference && [usd(difference.amount), ...difference.parts.map((part) => `${part.reason} ${usd(part.amount)}`)];
const tellBooks = (row: ThreeBooks) => [usd(row.measured), usd(row.reported), usd(row.billed)];
const tell = (row: ThreeBooks) => [
  ...tellBooks(row),
  ...[row.billedLessReported, row.reportedLessMeasured].map((difference) => told(difference)?.join(', ') ?? null),
];
const at = (day: number, time = '10:00') => `2026-11-${String(day).padStart(2, '0')}T${time}:00Z`;
const on = (day: number) => at(day).slice(0, 10);

test('a tenant without an organization has what it measured, and no difference', async () => {
  const other = await home.addTenant('alone');
  await addTestUsage(home.db, other.id, [{ at: at(3), costUsd: '2' }]);
  const { total, rows, hasOrganization } = await reconcile(home, other.id, {
    fromDay: on(1),
    toDay: on(5),
    by: 'day',
    limit: 10,
  });
  expect(hasOrganization).toBe(false);
  expect(tell(total)).toEqual(['2', null, null, null, null]);
  expect(rows.map((row) => [row.group, ...tell(row)])).toEqual([['2026-11-03', '2', null, null, null, null]]);
});

test('usage that has no price at all is reported as unknown, not as 0, in each row and in the total', async () => {
  await addTestReported(home.db, tenant.id, organization, [{ at: at(3), costUsd: null }]);
  await readFeeds();
  for (const by of ['day', 'month', 'project', 'key', 'model'] as const) {
    const { total, rows } = await look({ by, fromDay: on(3), toDay: on(3) });
    expect([by, total.reported, rows.map((row) => row.reported)]).toEqual([by, null, rows.map(() => null)]);
  }
});

test('the total has the same reasons, whatever it is cut into', async () => {
  const opened = await storeKey('opened');
  await link('key_b', opened);
  await addTestReported(home.db, tenant.id, organization, [
    { at: at(3), costUsd: '5', apiKeyId: 'key_a', projectId: 'proj_a' },
    { at: at(3), costUsd: '1', apiKeyId: 'key_b', projectId: 'proj_b' },
    { at: at(4), costUsd: '2', apiKeyId: 'key_b', projectId: 'proj_b', model: 'gpt-5-2025-08-07' },
  ]);
  await addTestUsage(home.db, tenant.id, [{ at: at(3), costUsd: '3', keyId: opened }]);
  await addTestBilled(home.db, tenant.id, organization, [
    { day: on(3), model: 'gpt-4o-mini-2024-07-18', apiKeyId: 'key_a', projectId: 'proj_a', usd: '7' },
    { day: on(4), model: 'gpt-5-2025-08-07', apiKeyId: 'key_b', projectId: 'proj_b', usd: '1' },
  ]);
  const totals = await Promise.all(reconciliationGroups.map(async (by) => tell((await look({ by })).total)));
  expect(new Set(totals.map((total) => JSON.stringify(total)))).toEqual(new Set([JSON.stringify(totals[0])]));
});

test('a day is one of UTC, as bills know no other, whatever the tenant’s zone', async () => {
  await addTestReported(home.db, tenant.id, organization, [
    { at: at(3, '00:00'), costUsd: '1' },
    { at: at(3, '23:00'), costUsd: '2' },
  ]);
  await addTestUsage(home.db, tenant.id, [{ at: at(3, '23:30'), costUsd: '3' }]);
  await addTestBilled(home.db, tenant.id, organization, [
    { day: on(3), model: 'gpt-4o-mini-2024-07-18', usd: '3' },
    { day: on(4), usd: '0' },
  ]);
  const { rows } = await look();
  expect(rows.map((row) => [row.group, ...tellBooks(row)])).toEqual([
    ['2026-11-03', '3', '3', '3'],
    ['2026-11-04', null, null, '0'],
  ]);
});

test('a day that is not final, or was not billed yet, is not explained further, and unknown is not zero', async () => {
  await addTestReported(home.db, tenant.id, organization, [
    { at: at(8), costUsd: '5' },
    { at: at(9), costUsd: '4', kind: 'completions' },
  ]);
  await addTestBilled(home.db, tenant.id, organization, [
    { day: on(7), usd: '0' },
    { day: on(8), model: 'gpt-4o-mini-2024-07-18', usd: '2', readAt: at(11, '23:59') },
  ]);
  await withTenant(home.db, tenant.id, (tx) =>
    tx.billedDay.create({
      data: {
        tenantId: tenant.id,
        organizationId: organization,
        billedOn: new Date(at(9, '00:00')),
        amountUsd: 0,
        readAt: at(9),
      },
    }),
  );
  const { rows, total, provisionalDays, firstProvisionalDay } = await look({ fromDay: on(7), toDay: on(9) });
  expect(rows.map((row) => [row.group, row.isProvisional, usd(row.billed), told(row.billedLessReported)])).toEqual([
    ['2026-11-07', false, '0', ['0']],
    ['2026-11-08', true, '2', ['-3', 'provisional-day -3']],
    ['2026-11-09', true, null, ['-4', 'provisional-day -4']],
  ]);
  expect([usd(total.billed), told(total.billedLessReported)]).toEqual(['2', ['-7', 'provisional-day -7']]);
  expect([provisionalDays, firstProvisionalDay]).toEqual([2, '2026-11-08']);
});

test('days are final beside a second key of the same organization, which reads nothing', async () => {
  await readDays(on(1), on(5));
  const again = { providerKeyId: await storeKey('again', 'admin'), importErrorCode: 'same-organization' };
  await addTestOrganization(home.db, tenant.id, again);
  expect(await look({ toDay: on(5) })).toMatchObject({ provisionalDays: 0 });
  await addTestOrganization(home.db, tenant.id, { providerKeyId: await storeKey('other', 'admin') });
  expect(await look({ toDay: on(5) })).toMatchObject({ provisionalDays: 5 });
});

test('fees are what lines without a model bill, less what is reported of tools; a search’s model does not hide it', async () => {
  await addTestReported(home.db, tenant.id, organization, [
    { at: at(3), costUsd: '10' },
    { at: at(3), kind: 'web_search_calls', costUsd: '1' },
    { at: at(3), kind: 'vector_stores', model: '', apiKeyId: '', requests: 0, costUsd: null },
  ]);
  await addTestBilled(home.db, tenant.id, organization, [
    { day: on(3), model: 'gpt-4o-mini-2024-07-18', usd: '10' },
    { day: on(3), lineItem: 'Web search tool calls', usd: '1' },
    { day: on(3), lineItem: 'Vector store storage', usd: '0.4', apiKeyId: '' },
  ]);
  for (const by of ['day', 'model', 'project', 'key'] as const) {
    const { total, rows: ofGroups } = await look({ by });
    expect([by, told(total.billedLessReported)]).toEqual([by, ['0.4', 'tool-or-storage-fees 0.4']]);
    const reasons = ofGroups.flatMap((row) => row.billedLessReported?.parts.map(({ reason }) => reason) ?? []);
    expect([by, [...new Set(reasons)]]).toEqual([by, ['tool-or-storage-fees']]);
  }
  const { rows } = await look({ by: 'model' });
  expect(rows.map((row) => [row.group, usd(row.reported), usd(row.billed)])).toEqual([
    ['gpt-4o-mini-2024-07-18', '10', '10'],
    [null, '1', '1.4'],
  ]);
});

test('the reasons of each row sum to its difference, whatever the rows are', async () => {
  const stored = await storeKey('searches');
  await link('key_1', stored);
  await addTestReported(home.db, tenant.id, organization, [
    { at: at(3), apiKeyId: 'key_1', costUsd: '10' },
    { at: at(3), apiKeyId: 'key_1', kind: 'web_search_calls', costUsd: '1' },
    { at: at(3), apiKeyId: 'key_2', kind: 'vector_stores', model: '', requests: 0, costUsd: null },
    { at: at(3), apiKeyId: 'key_2', model: 'gpt-9', costUsd: null },
  ]);
  await addTestUsage(home.db, tenant.id, [
    { at: at(3), keyId: stored, costUsd: '2' },
    { at: at(3), keyId: stored, costUsd: '0.5', source: 'probe' },
  ]);
  await addTestBilled(home.db, tenant.id, organization, [
    { day: on(3), model: 'gpt-4o-mini-2024-07-18', usd: '11' },
    { day: on(3), lineItem: 'Web search tool calls', usd: '1.5' },
  ]);
  const sumOf = (parts: readonly { amount: bigint }[]) => parts.reduce((sum, { amount }) => sum + amount, 0n);
  for (const by of ['day', 'month', 'model', 'project', 'key'] as const) {
    const { rows, total } = await look({ by });
    const found = [...rows, total].flatMap((row) => [row.billedLessReported, row.reportedLessMeasured]);
    const compared = found.flatMap((difference) => difference ?? []);
    expect(compared.length).toBeGreaterThanOrEqual(4);
    for (const { amount, parts } of compared) expect([by, sumOf(parts)]).toEqual([by, amount]);
  }
});

test('stored bytes alone, which count no requests and have no price, are reported as unknown and not as 0', async () => {
  await readFeeds();
  await addTestReported(home.db, tenant.id, organization, [
    { at: at(3), kind: 'vector_stores', model: '', apiKeyId: '', requests: 0, costUsd: null },
  ]);
  await addTestBilled(home.db, tenant.id, organization, [
    { day: on(3), lineItem: 'Vector store storage', usd: '0.4', apiKeyId: '' },
  ]);
  for (const by of ['day', 'model', 'project', 'key'] as const) {
    const { rows, total } = await look({ by, fromDay: on(3), toDay: on(3) });
    expect([by, [...rows, total].map(({ reported, billed }) => [usd(reported), usd(billed)])]).toEqual([
      by,
      [
        [null, '0.4'],
        [null, '0.4'],
      ],
    ]);
  }
});

test('what is billed of a model without a price is unpriced, though its line names no model of the book', async () => {
  await addTestReported(home.db, tenant.id, organization, [
    { at: at(3), model: 'gpt-9, preview', costUsd: null },
    { at: at(3), costUsd: '1' },
  ]);
  await addTestBilled(home.db, tenant.id, organization, [
    { day: on(3), lineItem: 'gpt-9, preview, input_tokens', usd: '7' },
    { day: on(3), lineItem: 'Web search tool calls', usd: '2' },
    { day: on(3), model: 'gpt-4o-mini-2024-07-18', usd: '1' },
  ]);
  for (const by of ['day', 'model', 'project', 'key'] as const) {
    const { total } = await look({ by });
    expect([by, told(total.billedLessReported)]).toEqual([by, ['9', 'unpriced 7', 'tool-or-storage-fees 2']]);
  }
  const { rows } = await look({ by: 'model' });
  // What it should cost is not known, and so not nothing.
  expect(rows.map((row) => [row.group, usd(row.reported), usd(row.billed)])).toEqual([
    ['gpt-9, preview', null, '7'],
    [null, null, '2'],
    ['gpt-4o-mini-2024-07-18', '1', '1'],
  ]);
});

test('each model that explains a difference explains its own part of a project’s and a key’s, and a search is none of it', async () => {
  const days = [2, 3, 4];
  await readDays(on(2), on(4));
  await addTestReported(home.db, tenant.id, organization, [
    ...days.map((day) => ({ at: at(day), model: 'o3', costUsd: '10' })),
    { at: at(3), model: 'o3', kind: 'web_search_calls', costUsd: '1' },
    { at: at(3), model: 'gpt-9', costUsd: null },
    { at: at(3), costUsd: '5' },
  ]);
  await addTestBilled(home.db, tenant.id, organization, [
    ...days.map((day) => ({ day: on(day), model: 'o3', usd: '12' })),
    { day: on(3), lineItem: 'Web search tool calls', usd: '1.5' },
    { day: on(3), lineItem: 'gpt-9, input_tokens', usd: '7' },
    { day: on(3), model: 'gpt-4o-mini-2024-07-18', usd: '6' },
  ]);
  for (const by of ['project', 'key'] as const) {
    const { rows } = await look({ by, fromDay: on(2), toDay: on(4) });
    expect([by, rows.map((row) => told(row.billedLessReported))]).toEqual([
      by,
      [['14.5', 'unpriced 7', 'price-differs 6', 'unknown 1', 'tool-or-storage-fees 0.5']],
    ]);
  }
});

test('a model billed in one proportion on all final days is named with it, and provisional days do not count', async () => {
  const spend = [10, 20, 5];
  await addTestReported(
    home.db,
    tenant.id,
    organization,
    spend.flatMap((cost, index) => [
      { at: at(index + 2), costUsd: String(cost) },
      { at: at(index + 2), model: 'o3', costUsd: '1' },
    ]),
  );
  await addTestBilled(home.db, tenant.id, organization, [
    ...spend.flatMap((cost, index) => [
      { day: on(index + 2), model: 'gpt-4o-mini-2024-07-18', usd: String(cost * 0.9) },
      { day: on(index + 2), model: 'o3', usd: index === 1 ? '1.5' : '1' },
    ]),
    { day: on(9), model: 'gpt-4o-mini-2024-07-18', usd: '1', readAt: at(9) },
  ]);
  const { total, priceRatios } = await look();
  expect(priceRatios.map(({ amount, ...ratio }) => ({ ...ratio, usd: usd(amount) }))).toEqual([
    { model: 'gpt-4o-mini-2024-07-18', ratio: 0.9, days: 3, usd: '-3.5' },
  ]);
  expect(told(total.billedLessReported)).toEqual(['-2', 'price-differs -3.5', 'provisional-day 1', 'unknown 0.5']);
  for (const by of ['model', 'project', 'key'] as const) {
    expect([by, told((await look({ by })).total.billedLessReported)]).toEqual([by, told(total.billedLessReported)]);
  }
  expect(total.billedLessReported?.percent).toBe(-5.5555555555);
});

test('over a long range, models are compared over halves of months, and months say the same as models', async () => {
  const bills = [
    ['2026-08-03', '10', '9'],
    ['2026-08-20', '20', '18'],
    ['2026-09-04', '5', '4.5'],
    ['2026-11-10', '4', '1'],
  ] as const;
  await addTestReported(
    home.db,
    tenant.id,
    organization,
    bills.map(([day, costUsd]) => ({ at: `${day}T10:00:00Z`, costUsd })),
  );
  await addTestBilled(
    home.db,
    tenant.id,
    organization,
    bills.map(([day, , billed]) => ({
      day,
      model: 'gpt-4o-mini-2024-07-18',
      usd: billed,
      ...(day === on(10) && { readAt: at(11) }),
    })),
  );
  await readDays('2026-08-01', '2026-11-09');
  const range = { fromDay: '2026-08-01', toDay: on(10) };
  const { total, rows, priceRatios } = await look({ ...range, by: 'month' });
  expect(rows.map((row) => [row.group, row.isProvisional, ...tellBooks(row), told(row.billedLessReported)])).toEqual([
    ['2026-08', false, null, '30', '27', ['-3', 'price-differs -3']],
    ['2026-09', false, null, '5', '4.5', ['-0.5', 'price-differs -0.5']],
    ['2026-10', false, null, null, '0', ['0']],
    ['2026-11', true, null, '4', '1', ['-3', 'provisional-day -3']],
  ]);
  // Both halves of August and the first of September, in full.
  expect(priceRatios.map(({ ratio, days }) => [ratio, days])).toEqual([[0.9, 46]]);
  expect(told((await look({ ...range, by: 'model' })).total.billedLessReported)).toEqual(
    told(total.billedLessReported),
  );
});

test('over a long range, projects and keys are compared over spans of days, and come to the same', async () => {
  await addTestReported(home.db, tenant.id, organization, [
    { at: '2026-08-01T10:00:00Z', costUsd: '5' },
    { at: at(3), costUsd: '5' },
    { at: at(19), costUsd: '3' },
  ]);
  await addTestBilled(home.db, tenant.id, organization, [
    { day: '2026-08-01', model: 'gpt-4o-mini-2024-07-18', usd: '6' },
    { day: on(3), model: 'gpt-4o-mini-2024-07-18', usd: '4.5' },
    { day: on(3), usd: '2' },
    { day: on(19), model: 'gpt-4o-mini-2024-07-18', usd: '1', readAt: at(20) },
  ]);
  // Every day in between was read, so that all but the last few are final.
  await readDays('2026-08-01', on(18));
  for (const by of ['project', 'key'] as const) {
    const { total, rows } = await look({ fromDay: '2026-08-01', toDay: on(19), by });
    expect(rows).toHaveLength(1);
    expect(tellBooks(total)).toEqual([null, '13', '13.5']);
    expect(told(total.billedLessReported)?.toSorted()).toEqual([
      '0.5',
      'provisional-day -2',
      'tool-or-storage-fees 2',
      'unknown 0.5',
    ]);
  }
});

describe('reported and measured', () => {
  test('one row per key: a key at OpenAI that is a stored one shares its row', async () => {
    const stored = await storeKey('billing-prod');
    const elsewhere = await storeKey('elsewhere');
    await link('key_1', stored);
    await addTestReported(home.db, tenant.id, organization, [
      { at: at(3), apiKeyId: 'key_1', costUsd: '5' },
      { at: at(3), apiKeyId: 'key_2', costUsd: '3' },
    ]);
    await addTestUsage(home.db, tenant.id, [
      { at: at(3), keyId: stored, costUsd: '1' },
      { at: at(3), keyId: stored, costUsd: '0.5', source: 'probe' },
      { at: at(3), keyId: elsewhere, costUsd: '0.25', source: 'probe' },
    ]);
    await addTestBilled(home.db, tenant.id, organization, [
      { day: on(3), apiKeyId: 'key_1', model: 'gpt-4o-mini-2024-07-18', usd: '5' },
      { day: on(3), apiKeyId: 'key_2', model: 'gpt-4o-mini-2024-07-18', usd: '3' },
    ]);
    const { rows, total } = await look({ by: 'key' });
    expect(rows.map((row) => [row.name, row.openaiKeyIds, ...tell(row)])).toEqual([
      ['billing-prod', ['key_1'], '1.5', '5', '5', '0', '3.5, outside-traffic 3.5'],
      ['key_2', ['key_2'], null, '3', '3', '0', '3, outside-traffic 3'],
      ['elsewhere', [], '0.25', null, null, null, '-0.25, probe-spend -0.25'],
    ]);
    expect(told(total.reportedLessMeasured)).toEqual(['6.25', 'outside-traffic 6.25']);
    const daily = await look();
    // Without a row of its own, usage of no known key may be that of a key which is not stored.
    expect(told(daily.total.reportedLessMeasured)).toEqual(['6.25', 'outside-traffic 6.25']);
    const projects = await look({ by: 'project' });
    expect(projects.rows.map((row) => [row.group, ...tellBooks(row)])).toEqual([
      ['proj_a', '1.5', '8', '8'],
      [null, '0.25', null, null],
    ]);
  });

  test('of one project or organization, only keys that belong to it count as measured', async () => {
    const [inside, outside] = [await storeKey('inside'), await storeKey('outside')];
    await link('key_1', inside);
    await addTestReported(home.db, tenant.id, organization, [
      { at: at(3), apiKeyId: 'key_1', costUsd: '5' },
      { at: at(3), apiKeyId: 'key_1', projectId: 'proj_b', costUsd: '7' },
    ]);
    await addTestUsage(home.db, tenant.id, [
      { at: at(3), keyId: inside, costUsd: '1' },
      { at: at(3), keyId: outside, costUsd: '2' },
    ]);
    expect(tellBooks((await look({ projectId: 'proj_a' })).total)).toEqual(['1', '5', null]);
    expect(tellBooks((await look({ projectId: 'proj_b' })).total)).toEqual([null, '7', null]);
    expect(tellBooks((await look({ organizationId: organization })).total)).toEqual(['1', '12', null]);
    expect(tellBooks((await look({ organizationId: organization, by: 'model' })).total)).toEqual(['1', '12', null]);
  });
});

test('rows beyond the limit are summed, so that nothing is missing from the total', async () => {
  const given = Array.from({ length: 12 }, (_, index) => ({
    at: at(3),
    projectId: `proj_${index}`,
    costUsd: String(index + 1),
  }));
  await addTestReported(home.db, tenant.id, organization, given);
  const { rows, rest, total } = await look({ by: 'project', limit: 10 });
  expect(rows.map(({ group }) => group)).toEqual(
    given
      .map(({ projectId }) => projectId)
      .toReversed()
      .slice(0, 10),
  );
  expect([rest?.rows, usd(rest?.reported ?? null), usd(total.reported)]).toEqual([2, '3', '78']);
});

test('another tenant’s books are never read, nor is its organization found', async () => {
  await addTestReported(home.db, tenant.id, organization, [{ at: at(3), costUsd: '5' }]);
  const stranger = await home.addTenant(`stranger-${newId()}`);
  const query = { fromDay: on(1), toDay: on(5), by: 'day', limit: 10 } as const;
  expect(tellBooks((await reconcile(home, stranger.id, query)).total)).toEqual([null, null, null]);
  await expect(reconcile(home, stranger.id, { ...query, organizationId: organization })).rejects.toMatchObject({
    code: 'not-found',
  });
});

test.each([
  [{ fromDay: '2026-11-02', toDay: '2026-11-01' }, 'The range ends before it begins.'],
  [{ fromDay: '2025-01-01', toDay: '2026-02-05' }, 'A reconciliation has at most 400 days.'],
  [{ fromDay: '2026-09-01', toDay: '2026-11-02' }, 'By day, a range has at most 62 days; by month, at most 400.'],
])('a range that cannot be is refused: %o', async (range, detail) => {
  await expect(look(range)).rejects.toMatchObject({ code: 'invalid-request', detail });
});
