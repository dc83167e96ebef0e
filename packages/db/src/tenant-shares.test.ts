import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { type Database, openDatabase } from './database.js';
import { createTenantShares } from './tenant-shares.js';
import { withTenant } from './with-tenant.js';
import { withTenantSnapshot } from './with-tenant-snapshot.js';

let home: TestInstallation;
let db: Database;
let busy: string;
let other: string;
beforeAll(async () => {
  home = await createTestInstallation();
  [busy, other] = (await Promise.all(['busy', 'other'].map(async (slug) => (await home.addTenant(slug)).id))) as [
    string,
    string,
  ];
  db = openDatabase({ url: home.url, poolSize: 3, mostPerTenant: 2 });
});
afterAll(async () => {
  await db.close();
  await home.close();
});

const doors: [string, (tenantId: string, work: () => Promise<string>) => Promise<string>][] = [
  ['changes', (tenantId, work) => withTenant(db, tenantId, work)],
  ['pages', (tenantId, work) => withTenantSnapshot(db, tenantId, work)],
];

test.each(doors)('a tenant whose %s take long leaves a connection to the others', async (_what, open) => {
  let letGo = (_answer: string) => {};
  const held = new Promise<string>((resolve) => (letGo = resolve));
  const ends: string[] = [];
  const slow = ['first', 'second', 'third', 'fourth'].map((name) => open(busy, () => held).then(() => ends.push(name)));
  expect(await open(other, () => Promise.resolve('let in'))).toBe('let in');
  expect(ends).toEqual([]);
  letGo('done');
  await Promise.all(slow);
  expect(ends.toSorted()).toEqual(['first', 'fourth', 'second', 'third']);
});

test.each(doors)('what fails in %s gives its share back', async (_what, open) => {
  for (let count = 0; count < 5; count += 1) {
    const failing = open(busy, () => Promise.reject(new Error('on purpose')));
    await expect(failing).rejects.toThrow('on purpose');
  }
  expect(await open(busy, () => Promise.resolve('let in'))).toBe('let in');
});

test('a share is taken in the order of those who wait, and who waits too long is told so and is in nobody’s way', async () => {
  const shares = createTenantShares({ most: 1, waitMs: 1 });
  const giveBack = await shares.take(busy);
  await expect(shares.take(busy)).rejects.toMatchObject({ code: 'rate-limited', retryAfterSecs: 1 });
  giveBack();
  (await shares.take(busy))();
  const patient = createTenantShares({ most: 1 });
  const first = await patient.take(busy);
  const order: number[] = [];
  const later = [1, 2, 3].map(async (number) => {
    const end = await patient.take(busy);
    order.push(number);
    end();
  });
  first();
  await Promise.all(later);
  expect(order).toEqual([1, 2, 3]);
});
