import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { countProbeRuns } from './count-probe-runs.js';
import { latencyPercentiles } from './latency-percentiles.js';
import { listProbeFailures } from './list-probe-failures.js';
import { listProbeRuns, type ProbeRunCursor } from './probe-run.js';
import { countProbes } from './count-probes.js';
import { probesPerHour } from './probes-per-hour.js';
import { sumProbesPerHour } from './sum-probes-per-hour.js';

let home: TestInstallation;
let acme: string;
let other: string;
beforeAll(async () => {
  home = await createTestInstallation();
  acme = (await home.addTenant('acme')).id;
  other = (await home.addTenant('other')).id;
});
afterAll(() => home.close());

const now = new Date(`${new Date().toISOString().slice(0, 10)}T12:00:00.000Z`);
const before = (ms: number) => new Date(now.getTime() - ms);

interface Run {
  startedAt?: Date;
  latencyMs?: number;
  outcome?: string;
}

async function addRuns(providerKeyId: string, runs: readonly Run[], tenantId = acme): Promise<string[]> {
  const data = runs.map(({ startedAt = now, latencyMs = 1, outcome = 'ok' }) => ({
    tenantId,
    id: crypto.randomUUID(),
    startedAt,
    providerKeyId,
    trigger: 'schedule',
    mode: 'completion',
    model: 'm',
    outcome,
    latencyMs,
  }));
  await withTenant(home.db, tenantId, (tx) => tx.probeRun.createMany({ data }));
  return data.map(({ id }) => id);
}

async function readPages(providerKeyId: string, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: ProbeRunCursor | undefined;
  do {
    const page = await listProbeRuns(home, acme, { providerKeyId, before: cursor, limit });
    pages.push(page.items.map(({ id }) => id));
    cursor = page.next ?? undefined;
  } while (cursor);
  return pages;
}

test('a history is paged newest first, each run once, though many began in the same millisecond', async () => {
  const key = crypto.randomUUID();
  const same = await addRuns(
    key,
    Array.from({ length: 7 }, () => ({ startedAt: now })),
  );
  const [newest] = await addRuns(key, [{ startedAt: new Date(now.getTime() + 1) }]);
  const [oldest] = await addRuns(key, [{ startedAt: before(1) }]);
  const expected = [newest, ...same.toSorted().toReversed(), oldest];
  for (const limit of [1, 2, 3, 8, 9, 10]) {
    const pages = await readPages(key, limit);
    expect(pages.flat()).toEqual(expected);
    expect(pages).toHaveLength(Math.ceil(9 / limit));
  }
});

test('runs that arrive while somebody is paging shift nothing', async () => {
  const key = crypto.randomUUID();
  const ids = await addRuns(
    key,
    [0, 1, 2, 3].map((n) => ({ startedAt: before(n * 1000) })),
  );
  const first = await listProbeRuns(home, acme, { providerKeyId: key, limit: 2 });
  await addRuns(key, [{ startedAt: new Date(now.getTime() + 1000) }]);
  const second = await listProbeRuns(home, acme, { providerKeyId: key, before: first.next ?? undefined, limit: 2 });
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
  expect(second.next).toBeNull();
});

test('another tenant’s runs, and another key’s, are not in a history', async () => {
  const key = crypto.randomUUID();
  await addRuns(key, [{}], other);
  await addRuns(crypto.randomUUID(), [{}]);
  expect(await listProbeRuns(home, acme, { providerKeyId: key, limit: 10 })).toEqual({ items: [], next: null });
});

test('p50 and p95 are latencies of ok probes that were really measured', async () => {
  const key = crypto.randomUUID();
  const percentiles = (from = before(3_600_000)) => latencyPercentiles(home, acme, { providerKeyId: key, from });
  await addRuns(key, [{ latencyMs: 99_999, outcome: 'timeout' }]);
  expect(await percentiles()).toBeNull();
  await addRuns(key, [{ latencyMs: 0 }]);
  expect(await percentiles()).toEqual({ p50Ms: 0, p95Ms: 0 });
  await addRuns(
    key,
    Array.from({ length: 99 }, (_, index) => ({ latencyMs: index + 1 })),
  );
  expect(await percentiles()).toEqual({ p50Ms: 49, p95Ms: 94 });
  await addRuns(
    key,
    Array.from({ length: 500 }, () => ({ startedAt: before(3_600_001), latencyMs: 5000 })),
  );
  expect(await percentiles()).toEqual({ p50Ms: 49, p95Ms: 94 });
  expect(await percentiles(before(3_600_001))).toEqual({ p50Ms: 5000, p95Ms: 5000 });
});

test('hours are counted from the first to before the last, of the keys asked for or of all', async () => {
  const [key, second] = [crypto.randomUUID(), crypto.randomUUID()];
  const hours = [0, 1, 2].map((n) => before(n * 3_600_000));
  const rows = [key, second].flatMap((providerKeyId) =>
    hours.map((hour) => ({ tenantId: acme, providerKeyId, hour, outcome: 'ok', runs: 12, latencySumMs: 3600n })),
  );
  await withTenant(home.db, acme, (tx) => tx.probeHourly.createMany({ data: rows }));
  const from = before(2 * 3_600_000);
  const ofKey = await probesPerHour(home, acme, { providerKeyIds: [key], from, to: now });
  expect(ofKey.map(({ hour }) => hour)).toEqual([from, before(3_600_000)]);
  expect(ofKey[0]).toEqual({ providerKeyId: key, hour: from, outcome: 'ok', runs: 12, latencySumMs: 3600 });
  expect(await probesPerHour(home, acme, { providerKeyIds: [key, second], from, to: now })).toHaveLength(4);
  expect(await probesPerHour(home, acme, { providerKeyIds: [], from, to: now })).toEqual([]);
  const counts = await countProbes(home, acme, { providerKeyIds: [key, second], from, to: now });
  for (const id of [key, second]) {
    const hours = await probesPerHour(home, acme, { providerKeyIds: [id], from, to: now });
    const total = hours.reduce((sum, { runs }) => sum + runs, 0);
    const ok = hours.reduce((sum, { runs, outcome }) => sum + (outcome === 'ok' ? runs : 0), 0);
    expect(counts.get(id)).toEqual({ total, ok, failed: total - ok });
  }
  expect(await sumProbesPerHour(home, acme, { from, to: now })).toEqual([
    { hour: from, outcome: 'ok', runs: 24, latencySumMs: 7200 },
    { hour: before(3_600_000), outcome: 'ok', runs: 24, latencySumMs: 7200 },
  ]);
  expect(await countProbeRuns(home, acme, key)).toBe(36);
  expect(await countProbeRuns(home, other, key)).toBe(0);
  expect(await sumProbesPerHour(home, other, { from, to: now })).toEqual([]);
  expect(await probesPerHour(home, other, { providerKeyIds: [key], from, to: now })).toEqual([]);
  const foreign = await countProbes(home, other, { providerKeyIds: [key], from, to: now });
  expect([...foreign.values()]).toEqual([{ total: 0, ok: 0, failed: 0 }]);
});

test('failures are counted by reason, most frequent first, and answers are none', async () => {
  const key = crypto.randomUUID();
  await addRuns(key, [
    { outcome: 'ok' },
    { outcome: 'timeout', startedAt: before(2000) },
    { outcome: 'invalid-key', startedAt: before(3000) },
    { outcome: 'invalid-key', startedAt: before(1000) },
    { outcome: 'invalid-key', startedAt: before(5001) },
  ]);
  const failures = { providerKeyId: key, from: before(5000) };
  expect(await listProbeFailures(home, acme, failures)).toEqual([
    { outcome: 'invalid-key', count: 2, lastAt: before(1000) },
    { outcome: 'timeout', count: 1, lastAt: before(2000) },
  ]);
  expect(await listProbeFailures(home, other, failures)).toEqual([]);
});
