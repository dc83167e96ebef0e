import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#core/ids.js';
import { formatUsd } from '#core/money.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { addTestUsage, type TestUsage } from '#testing/add-test-usage.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { untilSomebodyWaits } from '#testing/until-somebody-waits.js';
import type { Tenant } from '../tenants/tenant.js';
import { listUsage } from './list-usage.js';
import { resetUsage } from './reset-usage.js';
import { streamUsageCsv } from './stream-usage-csv.js';
import { sumUsage } from './sum-usage.js';
import type { UsageFilter } from './usage-filter.js';

let home: TestInstallation;
let tenant: Tenant;
let tenants = 0;
beforeAll(async () => {
  home = await createTestInstallation();
});
beforeEach(async () => {
  tenant = await home.addTenant(`tenant-${(tenants += 1)}`);
});
afterAll(() => home.close());

const add = (...usages: TestUsage[]) => addTestUsage(home.db, tenant.id, usages);
const list = (filter: UsageFilter = {}, limit = 100) => listUsage(home, tenant.id, filter, { limit });
const sum = (filter: UsageFilter = {}) => sumUsage(home, tenant.id, filter);

async function csv(filter: UsageFilter = {}): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of streamUsageCsv(home, tenant.id, filter)) pieces.push(piece);
  return pieces;
}

async function addKey(label: string): Promise<string> {
  const id = newId();
  await withTenant(home.db, tenant.id, (tx) =>
    tx.providerKey.create({
      data: {
        tenantId: tenant.id,
        id,
        label,
        mask: 'sk-…abcd',
        sealedSecret: new Uint8Array([1]),
        fingerprint: new Uint8Array(Buffer.from(id)),
        model: 'gpt-4o-mini',
        probeDailyCapUsd: '1',
      },
    }),
  );
  return id;
}

test('paging visits every record once, newest first, also where many share an instant', async () => {
  const at = '2026-11-20T10:00:00.000Z';
  await add(...Array.from({ length: 7 }, () => ({ at })), { at: '2026-11-20T09:00:00.000Z' });
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await listUsage(home, tenant.id, {}, { after, limit: 3 });
    seen.push(...page.items.map(({ id }) => id));
    after = page.next ?? undefined;
  } while (after);
  expect(new Set(seen).size).toBe(8);
  expect(seen).toHaveLength(8);
  expect((await list()).items.map(({ id }) => id)).toEqual(seen);
  expect((await list({}, 8)).next).toBeNull();
  expect((await list({}, 7)).next).not.toBeNull();
});

test('a cursor that is none of ours is refused by name', async () => {
  for (const after of ['x', 'MTIz', Buffer.from('12.abc').toString('base64url')]) {
    await expect(listUsage(home, tenant.id, {}, { after, limit: 3 })).rejects.toMatchObject({
      code: 'invalid-request',
      fields: { after: expect.anything() },
    });
  }
});

test('filters narrow list and totals alike: key, source, model, tier, and time from (included) to (excluded)', async () => {
  const keyId = await addKey('billing');
  await add(
    { at: '2026-11-20T10:00:00.000Z', keyId, source: 'probe', model: 'a' },
    { at: '2026-11-20T11:00:00.000Z', source: 'event', model: 'b', tier: 'flex' },
    { at: '2026-11-20T12:00:00.000Z', source: 'probe', model: 'a' },
  );
  const eleven = new Date('2026-11-20T11:00:00.000Z');
  const filters: [UsageFilter, number][] = [
    [{ keyId }, 1],
    [{ source: 'event' }, 1],
    [{ model: 'a' }, 2],
    [{ model: 'b', source: 'event' }, 1],
    [{ tier: 'flex' }, 1],
    [{ model: 'a', tier: 'default' }, 2],
    [{ model: 'a', tier: 'flex' }, 0],
    [{ model: 'b', source: 'probe' }, 0],
    [{ from: eleven }, 2],
    [{ to: eleven }, 1],
  ];
  for (const [filter, count] of filters) {
    expect((await list(filter)).items).toHaveLength(count);
    expect((await sum(filter)).records).toBe(count);
  }
  expect((await list({ keyId })).items[0]?.keyLabel).toBe('billing');
});

test('no tenant sees or sums another tenant’s usage', async () => {
  await add({ at: '2026-11-20T10:00:00.000Z' });
  const other = await home.addTenant('stranger');
  expect((await listUsage(home, other.id, {}, { limit: 10 })).items).toEqual([]);
  expect((await sumUsage(home, other.id, {})).records).toBe(0);
});

test('totals are exact to the pico-dollar for every cut, within an hour and across hours', async () => {
  const usages = Array.from({ length: 60 }, (_, index) => ({
    at: new Date(Date.UTC(2026, 10, 20, 8, index * 5, 7, 891)).toISOString(),
    inputTokens: index,
    cachedTokens: 1,
    outputTokens: 2,
    costUsd: `0.0000000${String(index + 10).padStart(5, '0')}`,
  }));
  await add(...usages);
  const cuts = ['08:00:00.000', '08:20:07.891', '08:20:07.892', '09:00:00.000', '10:00:00.001', '12:55:07.891'];
  const ends = cuts.map((time) => new Date(`2026-11-20T${time}Z`));
  for (const from of [undefined, ...ends]) {
    for (const to of [undefined, ...ends]) {
      const kept = usages.filter(({ at }) => (!from || new Date(at) >= from) && (!to || new Date(at) < to));
      const pico = kept.reduce((total, { costUsd }) => total + BigInt(costUsd.slice(2)), 0n);
      const inputTokens = kept.reduce((total, usage) => total + usage.inputTokens + 1, 0);
      expect(await sum({ from, to })).toMatchObject({ records: kept.length, cost: pico, inputTokens });
    }
  }
});

test('what has no price is counted apart and never taken for zero', async () => {
  await add({ at: '2026-11-20T10:00:00Z', costUsd: null }, { at: '2026-11-20T10:00:00Z', costUsd: '1.5' });
  const totals = await sum();
  expect([formatUsd(totals.cost), totals.requests, totals.unpricedRequests]).toEqual(['1.5', 2, 1]);
  const bases = (await list()).items.map(({ cost, costBasis }) => [cost, costBasis]);
  expect(bases).toContainEqual([null, 'unpriced']);
});

test('the CSV has every record once in bounded pieces, money as exact decimals, and no formula', async () => {
  await add(
    { at: '2026-11-20T10:00:00.000Z', keyId: await addKey('=cmd|"/c calc"!A1'), costUsd: '0.000000000001' },
    { at: '2026-11-20T09:00:00.000Z', costUsd: null },
    ...Array.from({ length: 1_999 }, () => ({ at: '2026-11-20T08:00:00.000Z' })),
  );
  const pieces = await csv();
  expect(pieces).toHaveLength(4);
  const lines = pieces.join('').trimEnd().split('\n');
  expect(lines).toHaveLength(1 + 2_001);
  expect(lines[0]).toMatch(/^occurred_at,key_label,key_id,source,model,/);
  expect(lines[1]).toContain('"\'=cmd|""/c calc""!A1"');
  expect(lines[1]).toContain(',0.000000000001,exact,');
  expect(lines[2]).toContain(',,unpriced,unknown-model,');
});

test('the CSV of no usage is its header, and what occurs after the start is left out', async () => {
  expect((await csv()).join('')).toMatch(/^occurred_at,[^\n]*\n$/);
  await add({ at: '2026-11-20T12:34:56.789Z' }, { at: '2026-11-20T12:34:56.788Z' });
  expect((await csv()).join('').trimEnd().split('\n')).toHaveLength(2);
});

test('a reset clears one tenant’s usage and probes and keeps its keys', async () => {
  const keyId = await addKey('kept');
  await add({ at: '2026-11-20T10:00:00Z', keyId });
  await withTenant(home.db, tenant.id, async (tx) => {
    await tx.$executeRaw`INSERT INTO probe_run VALUES (current_tenant_id(), ${newId()}::uuid, '2026-11-20T10:00:00Z',
      ${keyId}::uuid, 'manual', 'models', 'm', 'ok', 200, NULL, NULL, 12, NULL, NULL)`;
    await tx.$executeRaw`INSERT INTO probe_hourly VALUES (current_tenant_id(), ${keyId}::uuid, '2026-11-20T10:00:00Z', 'ok', 1, 12)`;
  });
  const other = await home.addTenant('bystander');
  await addTestUsage(home.db, other.id, [{ at: '2026-11-20T10:00:00Z' }]);

  expect(await resetUsage(home, tenant.id)).toEqual({ usageRecords: 1, usageHours: 1, probeRuns: 1, probeHours: 1 });
  expect((await sum()).records).toBe(0);
  expect((await list()).items).toEqual([]);
  expect(await withTenant(home.db, tenant.id, (tx) => tx.providerKey.count())).toBe(1);
  expect((await sumUsage(home, other.id, {})).records).toBe(1);
});

test('a reset waits for whoever is writing with nothing in hand that they may need', async () => {
  await add({ at: '2026-11-20T10:00:00Z', endUser: 'a' });
  await withOwnerConnection(home.url, async (writer) => {
    await writer.query(`BEGIN; SELECT set_config('keyledger.tenant_id', '${tenant.id}', true)`);
    await writer.query(
      `SELECT forget_day_sums('measured', ARRAY[timestamptz '2026-11-20T10:00Z'], ARRAY[timestamptz '2026-11-20T11:00Z'])`,
    );
    await writer.query('SELECT FROM usage_hourly WHERE tenant_id = $1 FOR UPDATE', [tenant.id]);
    const reset = resetUsage(home, tenant.id);
    await untilSomebodyWaits(home.db);
    for (const table of ['usage_record', 'end_user_hourly']) {
      await writer.query(`SELECT FROM ${table} WHERE tenant_id = $1 FOR UPDATE NOWAIT`, [tenant.id]);
    }
    await writer.query('COMMIT');
    expect(await reset).toMatchObject({ usageRecords: 1, usageHours: 1 });
  });
});

test('resets in the middle of writing leave sums and records in agreement', async () => {
  let resets = 0;
  const writing = Array.from({ length: 4 }, async (_, writer) => {
    for (let round = 0; round < 30; round += 1) {
      const at = `2026-11-20T${String((writer + round) % 12).padStart(2, '0')}:00:00Z`;
      await add({ at, costUsd: '0.5' }, { at: '2026-11-20T11:00:00Z', costUsd: '0.25' });
    }
  });
  const resetting = (async () => {
    for (; resets < 15; resets += 1) await resetUsage(home, tenant.id);
  })();
  await Promise.all([...writing, resetting]);

  const records = (await list({}, 1_000)).items;
  const totals = await sum();
  expect(totals.records).toBe(records.length);
  expect(totals.cost).toBe(records.reduce((total, { cost }) => total + (cost ?? 0n), 0n));
});
