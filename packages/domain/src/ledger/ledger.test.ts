import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { formatUsd, parseUsd } from '#core/money.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestBilled, addTestOrganization, addTestReported } from '#testing/add-test-bill.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { forgetDaySumsAt } from '../books/forget-day-sums.js';
import { getBalance } from './get-balance.js';
import { listLedger } from './list-ledger.js';
import { postSpend } from './post-spend.js';
import { recordCorrection } from './record-correction.js';
import { recordDeposit } from './record-deposit.js';
import { recordSync } from './record-sync.js';
import { unscopedPostLedgers } from './unscoped-post-ledgers.js';

const usd = parseUsd;
let home: TestInstallation;
let tenantId: string;
let organizationId: string;
let count = 0;
beforeAll(async () => {
  home = await createTestInstallation();
});
beforeEach(async () => {
  home.clock.set('2026-11-20T12:00:00.000Z');
  ({ tenantId, organizationId } = await connect());
});
afterAll(() => home.close());

async function connect(reportingTimeZone = 'UTC') {
  const tenant = await home.addTenant(`tenant-${(count += 1)}`, { reportingTimeZone });
  const organization = await addTestOrganization(home.db, tenant.id);
  await withTenant(home.db, tenant.id, (tx) => tx.organization.updateMany({ data: { importedAt: home.clock.now() } }));
  return { tenantId: tenant.id, organizationId: organization };
}

const deposit = (amount: string, input: Partial<Parameters<typeof recordDeposit>[3]> = {}) =>
  recordDeposit(home, tenantId, organizationId, { amount: usd(amount), ...input });
const sync = (stated: string, input: Partial<Parameters<typeof recordSync>[3]> = {}) =>
  recordSync(home, tenantId, organizationId, { stated: usd(stated), ...input });
const undo = (undoId: string) =>
  recordCorrection(home, tenantId, organizationId, { change: { undoId }, reason: 'a slip' });
const post = () => postSpend(home, tenantId, organizationId);
const bill = (day: string, amount: string, readAt?: string) =>
  addTestBilled(home.db, tenantId, organizationId, [
    { day, usd: amount, model: 'gpt-4o-mini-2024-07-18', lineItem: newId(), ...(readAt && { readAt }) },
  ]);
const report = (at: string, costUsd: string | null) =>
  addTestReported(home.db, tenantId, organizationId, [{ at, costUsd }]);
const balance = async () => {
  const { balance: amount } = await getBalance(home, tenantId, organizationId);
  return amount === null ? null : formatUsd(amount);
};
const entries = async () => {
  const { items } = await listLedger(home, tenantId, organizationId, { limit: 200 });
  return items.map(({ kind, amount, billedOn }) => [kind, formatUsd(amount), billedOn].filter(Boolean).join(' '));
};
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

test('before anything is entered the balance is unknown, whatever was billed', async () => {
  await bill('2026-11-18', '5');
  expect(await post()).toBe(0);
  expect(await getBalance(home, tenantId, organizationId)).toMatchObject({
    balance: null,
    since: null,
    forecast: null,
    reasons: ['nothing-entered', 'too-little-history'],
  });
});

test('importing the same window ten times writes each day once and never moves the balance', async () => {
  await deposit('100', { at: new Date('2026-11-15T00:00:00Z') });
  for (const day of ['2026-11-14', '2026-11-15', '2026-11-16', '2026-11-17']) await bill(day, '1.000000000001');
  await post();
  const [before, list] = [await balance(), await entries()];
  expect(before).toBe('96.999999999997');
  for (let again = 0; again < 10; again += 1) {
    await withTenant(home.db, tenantId, (tx) => tx.billedDay.updateMany({ data: { readAt: home.clock.now() } }));
    expect(await post()).toBe(0);
    expect(await balance()).toBe(before);
  }
  expect(await entries()).toEqual(list);
  expect(list).toEqual([
    'spend -1.000000000001 2026-11-17',
    'spend -1.000000000001 2026-11-16',
    'spend -1.000000000001 2026-11-15',
    'deposit 100',
  ]);
});

test('ten imports at once write each day once', async () => {
  await deposit('100', { at: new Date('2026-11-15T00:00:00Z') });
  await bill('2026-11-16', '3');
  const written = await Promise.all(Array.from({ length: 10 }, post));
  expect(written.reduce((sum, entriesWritten) => sum + entriesWritten, 0)).toBe(1);
});

test('a late revision is one more entry, of its own day alone, also when it takes back', async () => {
  await deposit('100', { at: new Date('2026-11-15T00:00:00Z') });
  await bill('2026-11-15', '5');
  await bill('2026-11-16', '6');
  await post();
  await bill('2026-11-15', '0.5');
  expect(await post()).toBe(1);
  await bill('2026-11-16', '-2');
  await post();
  expect(await balance()).toBe('90.5');
  expect((await entries()).filter((text) => text.startsWith('spend'))).toEqual([
    'spend 2 2026-11-16',
    'spend -6 2026-11-16',
    'spend -0.5 2026-11-15',
    'spend -5 2026-11-15',
  ]);
  const { items } = await listLedger(home, tenantId, organizationId, { limit: 200 });
  expect(items.map(({ isRevision }) => isRevision)).toEqual([true, false, true, false, false]);
  expect(items[0]?.bill).toMatchObject({ amount: usd('4'), isProvisional: false });
});

test('a late revision of a day before the last sync explains its drift, and moves nothing', async () => {
  home.clock.set('2026-11-10T00:00:00Z');
  await sync('100');
  home.clock.set('2026-11-20T12:00:00Z');
  await bill('2026-11-11', '10', '2026-11-13T00:00:00Z');
  await post();
  await sync('88', { reason: 'shown at OpenAI' });
  await bill('2026-11-11', '1.5');
  await post();
  expect(await balance()).toBe('88');
  const { syncs } = await getBalance(home, tenantId, organizationId);
  expect(syncs[0]).toMatchObject({
    entry: { reason: 'shown at OpenAI', amount: usd('-2'), computed: usd('90') },
    drift: { difference: usd('-2'), explained: usd('-1.5'), unexplained: usd('-0.5') },
  });
});

test('a sync in the middle of a day has its part of the bill, once that day is billed', async () => {
  await report('2026-11-20T09:00:00Z', '3');
  await sync('42.93');
  expect(await balance()).toBe('42.93');
  home.clock.set('2026-11-20T20:00:00Z');
  await report('2026-11-20T19:00:00Z', '1.25');
  expect(await balance()).toBe('41.68');
  home.clock.set('2026-11-22T12:00:00Z');
  await bill('2026-11-20', '5.1', '2026-11-22T11:00:00Z');
  await post();
  expect(await balance()).toBe('41.43');
});

test('today is an estimate by the larger of bill and usage, until its bill was read a day after its end', async () => {
  await deposit('100', { at: new Date('2026-11-20T00:00:00Z') });
  await report('2026-11-20T09:00:00Z', '3');
  const { since, balance: now } = await getBalance(home, tenantId, organizationId);
  expect([now, since?.estimated, since?.billed]).toEqual([usd('97'), usd('3'), 0n]);
  await bill('2026-11-20', '4', '2026-11-20T11:00:00Z');
  expect(await post()).toBe(0);
  expect(await balance()).toBe('96');
  home.clock.set('2026-11-21T01:00:00Z');
  expect(await post()).toBe(0); // its bill was read before its end
  // The bill says less than usage: OpenAI has not caught up yet.
  await withTenant(home.db, tenantId, (tx) =>
    tx.billedDay.updateMany({ data: { amountUsd: '2', readAt: home.clock.now() } }),
  );
  expect(await post()).toBe(1);
  expect(await balance()).toBe('97');
  home.clock.set('2026-11-22T01:00:00Z');
  await withTenant(home.db, tenantId, (tx) => tx.billedDay.updateMany({ data: { readAt: home.clock.now() } }));
  expect(await post()).toBe(0);
  expect(await balance()).toBe('98');
});

test('what today has cost is 0 while imports say so, and unknown once they are late', async () => {
  const today = async () => (await getBalance(home, tenantId, organizationId)).today;
  expect(await today()).toBe(0n);
  home.clock.advance(3_600_001);
  expect(await today()).toBeNull();
  await report('2026-11-20T09:00:00Z', '3');
  expect(await today()).toBe(usd('3'));
});

test('what was billed and not yet written to the ledger counts already', async () => {
  await deposit('100', { at: new Date('2026-11-10T00:00:00Z') });
  await bill('2026-11-11', '7');
  expect(await balance()).toBe('93');
  await post();
  expect(await balance()).toBe('93');
});

test('a request without a price, or an import that is late, makes the balance one “at most”', async () => {
  await deposit('100', { at: new Date('2026-11-20T00:00:00Z') });
  expect(await getBalance(home, tenantId, organizationId)).toMatchObject({ isAtMost: false });
  home.clock.advance(3_600_001);
  const late = await getBalance(home, tenantId, organizationId);
  expect([late.isAtMost, late.reasons[0]]).toEqual([true, 'not-imported-lately']);
  await report('2026-11-20T09:00:00Z', null);
  const unpriced = await getBalance(home, tenantId, organizationId);
  expect([unpriced.isAtMost, unpriced.unpricedRequests, unpriced.reasons[0]]).toEqual([true, 1, 'unpriced-requests']);
  home.clock.advance(3_600_001);
  expect((await getBalance(home, tenantId, organizationId)).reasons).toContain('not-imported-lately');
});

describe('a deposit', () => {
  test('that was paid before the last sync does not count twice', async () => {
    await sync('40');
    home.clock.advance(60_000);
    await deposit('25', { at: new Date('2026-11-19T00:00:00Z') });
    expect(await balance()).toBe('40');
    await deposit('25');
    expect(await balance()).toBe('65');
  });

  test('before everything else brings the bills since then with it', async () => {
    await bill('2026-11-09', '1');
    await bill('2026-11-11', '2');
    await deposit('10');
    expect(await balance()).toBe('10');
    await deposit('5', { at: new Date('2026-11-10T00:00:00Z') });
    expect(await entries()).toEqual(['deposit 10', 'spend -2 2026-11-11', 'deposit 5']);
    expect(await balance()).toBe('13');
  });

  test.each([
    ['2026-11-20T12:00:00Z', '2027-11-21T00:00:00.000Z'],
    ['2024-02-29T23:59:59Z', '2025-03-01T00:00:00.000Z'],
    ['2023-02-28T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('paid at %s is good for a calendar year, to the end of its last UTC day', async (paidAt, end) => {
    const entry = await deposit('5', { at: new Date(paidAt) });
    expect(entry.expiresAt?.toISOString()).toBe(end);
  });

  test('cannot lie in the future, before there was an API, or after its own end', async () => {
    const invalid = 'invalid-request';
    expect(await refusal(deposit('5', { at: new Date('2026-11-20T12:00:00.001Z') }))).toBe(invalid);
    expect(await refusal(deposit('5', { at: new Date('2019-12-31T12:00:00Z') }))).toBe(invalid);
    expect(await refusal(deposit('5', { lastDay: '2026-11-19' }))).toBe(invalid);
    expect(await refusal(deposit('5', { lastDay: '2026-11-20' }))).toBe('done');
  });

  test('ends with one entry of what was left of it, which a later bill puts right', async () => {
    await deposit('10', { at: new Date('2026-11-10T00:00:00Z'), lastDay: '2026-11-18' });
    await deposit('20', { at: new Date('2026-11-11T00:00:00Z') });
    await bill('2026-11-17', '4');
    await post();
    // The bill of its last day is not there yet; the balance does not wait for it.
    expect(await entries()).toEqual(['spend -4 2026-11-17', 'deposit 20', 'deposit 10']);
    expect(await balance()).toBe('20');
    await bill('2026-11-18', '1', '2026-11-19T06:00:00Z');
    expect(await post()).toBe(2);
    expect((await entries()).slice(0, 2).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'expiry -5',
      'spend -1 2026-11-18',
    ]);
    await bill('2026-11-18', '2', '2026-11-20T06:00:00Z');
    expect(await post()).toBe(2);
    expect(await entries()).toContain('expiry 2');
    expect(await post()).toBe(0);
    expect(await balance()).toBe('20');
  });

  test('ends without a bill too, three days later', async () => {
    await deposit('10', { at: new Date('2026-11-10T00:00:00Z'), lastDay: '2026-11-18' });
    home.clock.set('2026-11-21T23:59:59Z');
    expect(await post()).toBe(0);
    home.clock.set('2026-11-22T00:00:00Z');
    expect(await post()).toBe(1);
  });
});

describe('an idempotency key', () => {
  test('makes of ten deposits or syncs at once a single one', async () => {
    const [deposits, syncs] = [newId(), newId()];
    const made = await Promise.all(Array.from({ length: 10 }, () => deposit('5', { idempotencyKey: deposits })));
    const synced = await Promise.all(Array.from({ length: 10 }, () => sync('7', { idempotencyKey: syncs })));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(new Set(synced.map(({ id }) => id)).size).toBe(1);
    expect((await entries()).toSorted((a, b) => a.localeCompare(b))).toEqual(['deposit 5', 'sync 2']);
  });

  test('is refused for something else', async () => {
    await deposit('5', { idempotencyKey: 'k' });
    expect(await refusal(deposit('6', { idempotencyKey: 'k' }))).toBe('invalid-request');
    expect(await refusal(sync('5', { idempotencyKey: 'k' }))).toBe('invalid-request');
    expect(await entries()).toEqual(['deposit 5']);
  });
});

describe('a correction', () => {
  test('moves the balance by its amount', async () => {
    await deposit('10');
    const change = { amount: usd('-2.5') };
    await recordCorrection(home, tenantId, organizationId, { change, reason: 'refunded' });
    expect(await balance()).toBe('7.5');
  });

  test('takes a deposit or a sync back as if it had never been', async () => {
    await deposit('10', { at: new Date('2026-11-10T00:00:00Z') });
    const slip = await sync('4293');
    expect(await balance()).toBe('4293');
    await undo(slip.id);
    expect(await balance()).toBe('10');
    const { syncs } = await getBalance(home, tenantId, organizationId);
    expect(syncs.map(({ isUndone }) => isUndone)).toEqual([true]);
    const { items } = await listLedger(home, tenantId, organizationId, { limit: 200 });
    expect(items.map(({ kind, isUndone }) => [kind, isUndone])).toEqual([
      ['correction', false],
      ['sync', true],
      ['deposit', false],
    ]);
    await undo(items[2]?.id ?? '');
    expect(await balance()).toBeNull();
  });

  test('cannot undo twice, nor undo an undoing, a bill, or what is not there', async () => {
    const entry = await deposit('10', { at: new Date('2026-11-10T00:00:00Z'), lastDay: '2026-11-15' });
    await bill('2026-11-11', '1');
    await post();
    const { items } = await listLedger(home, tenantId, organizationId, { limit: 200 });
    const spend = items.find(({ kind }) => kind === 'spend');
    expect(await refusal(undo(spend?.id ?? ''))).toBe('invalid-request');
    // Expired by now.
    expect(await refusal(undo(entry.id))).toBe('invalid-request');
    const other = await deposit('3');
    const undoing = await undo(other.id);
    expect(await refusal(undo(other.id))).toBe('invalid-request');
    expect(await refusal(undo(undoing.id))).toBe('invalid-request');
    expect(await refusal(undo(newId()))).toBe('not-found');
  });
});

test('days begin and end in UTC, whatever the tenant’s zone and its clock changes', async () => {
  ({ tenantId, organizationId } = await connect('America/New_York'));
  home.clock.set('2026-11-01T04:30:00Z'); // the night in which New York turns its clocks back
  await deposit('10', { at: new Date('2026-10-31T00:00:00Z') });
  await bill('2026-10-31', '2', '2026-11-01T04:00:00Z');
  await report('2026-11-01T04:00:00Z', '1');
  expect(await post()).toBe(1);
  expect(await balance()).toBe('7');
});

test('a ledger belongs to its tenant and its organization alone', async () => {
  await deposit('10');
  const mine = { tenantId, organizationId };
  const other = await connect();
  expect(await refusal(getBalance(home, other.tenantId, mine.organizationId))).toBe('not-found');
  expect(await refusal(postSpend(home, other.tenantId, mine.organizationId))).toBe('not-found');
  const input = { amount: usd('1') };
  expect(await refusal(recordDeposit(home, other.tenantId, mine.organizationId, input))).toBe('not-found');
  expect((await listLedger(home, other.tenantId, mine.organizationId, { limit: 10 })).items).toEqual([]);
  expect((await getBalance(home, other.tenantId, other.organizationId)).balance).toBeNull();
});

test('entries can be neither changed nor deleted', async () => {
  await deposit('10');
  const change = withTenant(home.db, tenantId, (tx) => tx.ledgerEntry.updateMany({ data: { amountUsd: 0 } }));
  await expect(change).rejects.toThrow(/permission denied/);
  const remove = withTenant(home.db, tenantId, (tx) => tx.ledgerEntry.deleteMany({}));
  await expect(remove).rejects.toThrow(/permission denied/);
});

test('the list is paged without gaps or repeats, and refuses a cursor that is none', async () => {
  await deposit('10', { at: new Date('2026-11-10T00:00:00Z') });
  for (const day of ['2026-11-11', '2026-11-12', '2026-11-13']) await bill(day, '1');
  await post();
  await bill('2026-11-12', '0.5'); // a revision, which stands at the same instant
  await post();
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await listLedger(home, tenantId, organizationId, { limit: 1, after });
    seen.push(...page.items.map(({ at }) => at.toISOString().slice(5, 10)));
    after = page.next ?? undefined;
  } while (after);
  expect(seen).toEqual(['11-14', '11-13', '11-13', '11-12', '11-10']);
  expect(await refusal(listLedger(home, tenantId, organizationId, { limit: 1, after: 'x' }))).toBe('invalid-request');
});

test('the schedule brings the ledgers of all tenants up to their bills', async () => {
  await deposit('10', { at: new Date('2026-11-10T00:00:00Z') });
  await bill('2026-11-11', '2');
  await unscopedPostLedgers(home);
  expect(await entries()).toContain('spend -2 2026-11-11');
});

test('four hundred days before the first entry leave no trace in the ledger', async () => {
  await withTenant(home.db, tenantId, async (tx) => {
    await tx.$executeRaw`INSERT INTO billed_day (tenant_id, organization_id, billed_on, amount_usd, read_at)
      SELECT current_tenant_id(), ${organizationId}::uuid, day, 1, now() FROM
        generate_series(date '2025-10-01', date '2026-11-19', interval '1 day') AS day`;
  });
  await sync('42.93');
  await post();
  expect(await entries()).toEqual(['sync 42.93']);
  const { burnRate7, burnRate30, forecast } = await getBalance(home, tenantId, organizationId);
  expect([burnRate7, burnRate30]).toEqual([
    { perDay: usd('1'), days: 7, estimatedDays: 0 },
    { perDay: usd('1'), days: 30, estimatedDays: 0 },
  ]);
  expect(forecast?.daysToZero.expected).toBeCloseTo(42.93, 1);
});

describe('what is dated before the first sync', () => {
  const before = { at: new Date('2026-11-15T00:00:00Z') };
  const history = async () => (await getBalance(home, tenantId, organizationId)).history;

  test.each(['before it', 'after it'])('counts for nothing and has no past, also when entered %s', async (when) => {
    await bill('2026-11-15', '7');
    if (when === 'before it') await deposit('25', before);
    await sync('40');
    if (when === 'after it') await deposit('25', before);
    await bill('2026-11-16', '3');
    expect(await post()).toBe(0);
    expect(await entries()).not.toContain('spend -3 2026-11-16');
    expect(await history()).toEqual([{ day: '2026-11-20', total: usd('40') }]);
    const { items } = await listLedger(home, tenantId, organizationId, { limit: 200 });
    expect(items.filter(({ kind }) => kind === 'spend')).toHaveLength(when === 'before it' ? 1 : 0);
  });

  test('stays as it was entered when it had expired by then', async () => {
    await deposit('10', { at: new Date('2026-11-10T00:00:00Z'), lastDay: '2026-11-15' });
    home.clock.set('2026-11-25T12:00:00Z');
    await post();
    const known = await entries();
    expect(known).toContain('expiry -10');
    await sync('40');
    expect(await post()).toBe(0);
    expect(await entries()).toEqual(['sync 40', ...known]);
    expect(await balance()).toBe('40');
  });

  test('counts again, from the first deposit on, once the sync is undone', async () => {
    const slip = await sync('40');
    await deposit('25', before);
    await bill('2026-11-16', '3');
    await undo(slip.id);
    expect(await balance()).toBe('22');
    expect(await entries()).toContain('spend -3 2026-11-16');
  });
});

describe('of the day of a sync', () => {
  /** As a re-rating leaves the sums. */
  const reRate = (factor: string) =>
    withTenant(home.db, tenantId, async (tx) => {
      await forgetDaySumsAt(tx, 'reported', [home.clock.now()]);
      await tx.$executeRaw`UPDATE reported_hourly SET cost_usd = cost_usd * ${factor}::numeric`;
    });

  test('what came before is valued with the same prices as what came after, until it is billed and then', async () => {
    await report('2026-11-20T09:00:00Z', '4');
    await sync('42');
    home.clock.set('2026-11-20T20:00:00Z');
    await report('2026-11-20T19:00:00Z', '2');
    expect(await balance()).toBe('40');
    await reRate('0.5');
    expect(await balance()).toBe('41');
    await reRate('4');
    expect(await balance()).toBe('38');
    await reRate('0.25');
    home.clock.set('2026-11-22T12:00:00Z');
    await bill('2026-11-20', '3.6', '2026-11-22T11:00:00Z');
    await post();
    expect(await balance()).toBe('40.8');
  });

  test('the hour in which it was made is divided by what was known of it', async () => {
    home.clock.set('2026-11-20T12:30:00Z');
    await report('2026-11-20T12:00:00Z', '2');
    await sync('42');
    expect(await balance()).toBe('42');
    await report('2026-11-20T12:00:00Z', '1');
    expect(await balance()).toBe('41');
  });

  test('usage of earlier hours that is reported later was in what OpenAI showed', async () => {
    await sync('42');
    await report('2026-11-20T09:00:00Z', '4');
    expect(await balance()).toBe('42');
  });

  test('a bill that says more than usage counts, and of it what was billed by then does not', async () => {
    await report('2026-11-20T09:00:00Z', '3');
    await bill('2026-11-20', '5', '2026-11-20T11:00:00Z');
    await sync('42');
    expect(await balance()).toBe('42');
    home.clock.set('2026-11-20T20:00:00Z');
    await report('2026-11-20T19:00:00Z', '1');
    await bill('2026-11-20', '1.5', '2026-11-20T19:30:00Z');
    expect(await balance()).toBe('40.5');
  });
});
