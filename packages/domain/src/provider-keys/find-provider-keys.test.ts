import { boolean, constantFrom, integer, oneof, option, record, sample } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { newId } from '#core/ids.js';
import { countKeyHealths } from './count-key-healths.js';
import { displayedHealth } from './displayed-health.js';
import { findProviderKeys, type KeySearch } from './find-provider-keys.js';
import { type DisplayedHealth, failingHealths, keyHealths } from './key-health.js';
import { listFailingKeys } from './list-failing-keys.js';
import { listKeyLabels } from './list-key-labels.js';

let home: TestInstallation;
let tenants = 0;
beforeAll(async () => {
  home = await createTestInstallation();
});
afterAll(() => home.close());

const defaultIntervalSecs = 300;

interface Row {
  label: string;
  model?: string;
  health?: string;
  isActive?: boolean;
  probeMode?: string;
  intervalSecs?: number | null;
  /** Milliseconds before now. */
  healthAgoMs?: number | null;
  lastProbeAgoMs?: number | null;
  /** Milliseconds after now. */
  nextProbeInMs?: number;
  healthSince?: string;
  isDeleted?: boolean;
}

async function tenantWith(...rows: Row[]): Promise<string> {
  const { id: tenantId } = await home.addTenant(`tenant-${(tenants += 1)}`);
  await addKeys(tenantId, rows);
  return tenantId;
}

async function addKeys(tenantId: string, rows: Row[]): Promise<void> {
  const now = home.clock.now().getTime();
  const ago = (ms: number | null | undefined) => (ms == null ? null : new Date(now - ms));
  await withTenant(home.db, tenantId, (tx) =>
    tx.providerKey.createMany({
      data: rows.map((row) => ({
        tenantId,
        id: newId(),
        label: row.label,
        mask: 'sk-proj-…excA',
        model: row.model ?? 'gpt-4o-mini',
        probeDailyCapUsd: '1',
        health: row.health ?? 'healthy',
        healthSince: row.healthSince ?? new Date(now),
        healthAt: row.healthAgoMs === undefined ? new Date(now) : ago(row.healthAgoMs),
        lastProbeAt: ago(row.lastProbeAgoMs ?? 0),
        nextProbeAt: new Date(now + (row.nextProbeInMs ?? 0)),
        isActive: row.isActive ?? true,
        probeMode: row.probeMode ?? 'completion',
        probeIntervalSecs: row.intervalSecs ?? null,
        lastErrorCode: 'some_code',
        ...(row.isDeleted
          ? { deletedAt: new Date(now), isActive: false }
          : { sealedSecret: new Uint8Array([1]), fingerprint: new TextEncoder().encode(newId()) }),
      })),
    }),
  );
}

async function find(tenantId: string, search: Partial<KeySearch> = {}) {
  const page = await findProviderKeys(home, tenantId, {
    text: '',
    healths: null,
    limit: 100,
    defaultIntervalSecs,
    ...search,
  });
  return { labels: page.items.map(({ label }) => label), next: page.next };
}

test('the database judges health as the program does', async () => {
  const span = integer({ min: -1_000, max: 2_000_000 });
  const row = record({
    health: constantFrom(...keyHealths),
    isActive: boolean(),
    probeMode: constantFrom('completion', 'models', 'off'),
    intervalSecs: option(integer({ min: 10, max: 900 })),
    healthAgoMs: option(oneof(span, constantFrom(809_999, 810_000, 810_001))),
    lastProbeAgoMs: option(span),
    nextProbeInMs: span,
  });
  const rows = sample(row, { numRuns: 500, seed: 1 }).map((given, index) => ({ ...given, label: `key ${index}` }));
  const tenantId = await tenantWith(...rows);
  const { items } = await findProviderKeys(home, tenantId, {
    text: '',
    healths: null,
    limit: 1000,
    defaultIntervalSecs,
  });
  const judged = new Map<DisplayedHealth, number>();
  for (const key of items) {
    const health = displayedHealth(key, home.clock.now(), defaultIntervalSecs);
    judged.set(health, (judged.get(health) ?? 0) + 1);
  }
  expect(judged.size).toBeGreaterThan(8);
  expect(await countKeyHealths(home, tenantId, { defaultIntervalSecs })).toEqual(Object.fromEntries(judged));
  for (const [health, keys] of judged) {
    expect((await find(tenantId, { healths: [health], limit: 1000 })).labels).toHaveLength(keys);
  }
});

test('keys are found by any part of label, mask and model, whatever the case and the characters', async () => {
  const tenantId = await tenantWith(
    { label: 'Billing_prod', model: 'o3' },
    { label: 'billing%prod', model: 'gpt-5.1' },
    { label: 'Ärger', model: 'gpt-5.1' },
  );
  expect((await find(tenantId, { text: 'BILLING' })).labels).toEqual(['billing%prod', 'Billing_prod']);
  expect((await find(tenantId, { text: 'g_p' })).labels).toEqual(['Billing_prod']);
  expect((await find(tenantId, { text: '%' })).labels).toEqual(['billing%prod']);
  expect((await find(tenantId, { text: 'ärg' })).labels).toEqual(['Ärger']);
  expect((await find(tenantId, { text: 'GPT-5' })).labels).toEqual(['billing%prod', 'Ärger']);
  expect((await find(tenantId, { text: 'exca' })).labels).toHaveLength(3);
  expect((await find(tenantId, { text: 'prodsk' })).labels).toEqual([]);
  expect((await find(tenantId, { text: '\0BILL' })).labels).toHaveLength(2);
});

test('pages of a search miss and repeat nothing, and end', async () => {
  const rows = Array.from({ length: 25 }, (_, index) => ({ label: `${index % 2 ? 'K' : 'k'}ey ${index}` }));
  const tenantId = await tenantWith(...rows, { label: 'other' }, { label: 'key gone', isDeleted: true });
  const labels: string[] = [];
  let after: string | undefined;
  do {
    const page = await find(tenantId, { text: 'key', limit: 10, after });
    labels.push(...page.labels);
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(labels.toSorted()).toEqual(rows.map(({ label }) => label).toSorted());
  expect((await find(tenantId, { text: 'key', limit: 25 })).next).toBeNull();
});

test.each(['', '*', 'AA'.repeat(3) + '=', Buffer.from('\0').toString('base64url')])(
  'a cursor that is none of ours is refused: %j',
  async (after) => {
    const tenantId = await tenantWith({ label: 'a' });
    await expect(find(tenantId, { after })).rejects.toMatchObject({ code: 'invalid-request' });
  },
);

test('what fails is listed worst first, then newest, and bounded', async () => {
  const tenantId = await tenantWith(
    { label: 'misconfigured', health: 'misconfigured' },
    { label: 'dead for long', health: 'dead', healthSince: '2026-01-01T00:00:00Z' },
    { label: 'out of credit', health: 'out-of-credit' },
    { label: 'dead since today', health: 'dead' },
    { label: 'lacks scope, which is alive', health: 'lacks-scope' },
    {
      label: 'dead and stale',
      health: 'dead',
      healthAgoMs: 86_400_000,
      lastProbeAgoMs: 86_400_000,
      nextProbeInMs: -86_000_000,
    },
    { label: 'dead and off', health: 'dead', isActive: false },
  );
  const failing = await listFailingKeys(home, tenantId, { limit: 3, defaultIntervalSecs });
  expect(failing.map(({ label }) => label)).toEqual(['dead since today', 'dead for long', 'out of credit']);
  expect(failing[0]).toMatchObject({ health: 'dead', healthSince: home.clock.now(), lastErrorCode: 'some_code' });
  const counts = await countKeyHealths(home, tenantId, { defaultIntervalSecs });
  expect(failingHealths.reduce((total, health) => total + (counts[health] ?? 0), 0)).toBe(4);
});

test('a deleted key is no choice, but for the one whose usage is being looked at', async () => {
  const tenantId = await tenantWith({ label: 'b' }, { label: 'A' }, { label: 'gone', isDeleted: true });
  const rows = await withTenant(home.db, tenantId, (tx) =>
    tx.providerKey.findMany({ select: { id: true, label: true } }),
  );
  const gone = rows.find(({ label }) => label === 'gone')?.id;
  const labels = async (including?: string) =>
    (await listKeyLabels(home, tenantId, { including, limit: 10 })).map(({ label }) => label);
  expect(await labels()).toEqual(['A', 'b']);
  expect(await labels(gone)).toEqual(['A', 'b', 'gone']);
  expect(await labels(rows.find(({ label }) => label === 'A')?.id)).toEqual(['A', 'b']);
});

test('no search sees another tenant’s keys', async () => {
  await tenantWith({ label: 'theirs', health: 'dead' });
  const tenantId = await tenantWith();
  expect((await find(tenantId)).labels).toEqual([]);
  expect(await countKeyHealths(home, tenantId, { defaultIntervalSecs })).toEqual({});
  expect(await listFailingKeys(home, tenantId, { limit: 5, defaultIntervalSecs })).toEqual([]);
  expect(await listKeyLabels(home, tenantId, { limit: 5 })).toEqual([]);
});
