import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { type Database, openDatabase } from './database.js';
import { withTenant } from './with-tenant.js';

let home: TestInstallation;
let acme: string;
let other: string;
beforeAll(async () => {
  home = await createTestInstallation();
  acme = (await home.addTenant('acme')).id;
  other = (await home.addTenant('other')).id;
});
afterAll(() => home.close());

const tokenOf = (tenantId: string, name: string) => ({
  tenantId,
  id: crypto.randomUUID(),
  name,
  role: 'viewer',
  tokenHash: crypto.getRandomValues(new Uint8Array(32)),
});

const namesSeen = (db: Database, tenantId: string) =>
  withTenant(db, tenantId, async (tx) =>
    (await tx.accessToken.findMany({ select: { name: true } })).map((t) => t.name),
  );

/** What a connection that comes back to the pool still knows; the pool has one, so it is the same. */
const leftBehind = (db: Database) =>
  db.app.$queryRaw<{ tenant: string | null; rows: bigint }[]>`
    SELECT current_setting('keyledger.tenant_id', true) AS tenant, (SELECT count(*) FROM access_token) AS rows`;

test('a tenant sees and changes only its own rows, even when it asks for all', async () => {
  await withTenant(home.db, acme, (tx) => tx.accessToken.create({ data: tokenOf(acme, 'of acme') }));
  await withTenant(home.db, other, (tx) => tx.accessToken.create({ data: tokenOf(other, 'of other') }));
  expect(await namesSeen(home.db, acme)).toEqual(['of acme']);
  expect(await namesSeen(home.db, other)).toEqual(['of other']);
  const changed = await withTenant(home.db, acme, (tx) => tx.accessToken.updateMany({ data: { role: 'admin' } }));
  expect(changed.count).toBe(1);
  const tenants = await withTenant(home.db, acme, (tx) => tx.tenant.findMany({ select: { slug: true } }));
  expect(tenants).toEqual([{ slug: 'acme' }]);
});

test('a row cannot be written for another tenant, nor moved to one', async () => {
  const written = withTenant(home.db, acme, (tx) => tx.accessToken.create({ data: tokenOf(other, 'smuggled') }));
  await expect(written).rejects.toThrow(/row-level security/);
  const moved = withTenant(home.db, acme, (tx) => tx.accessToken.updateMany({ data: { tenantId: other } }));
  await expect(moved).rejects.toThrow(/row-level security/);
  expect(await namesSeen(home.db, other)).toEqual(['of other']);
});

test('without a tenant nothing is seen and nothing can be written', async () => {
  expect(await home.db.app.accessToken.findMany()).toEqual([]);
  expect(await home.db.app.tenant.findMany()).toEqual([]);
  await expect(home.db.app.accessToken.create({ data: tokenOf(acme, 'x') })).rejects.toThrow(/row-level security/);
});

test('what is not a tenant id is refused, whatever SQL it holds', async () => {
  for (const id of ['', 'acme', `${acme}' OR '1'='1`]) {
    await expect(withTenant(home.db, id, (tx) => tx.accessToken.findMany())).rejects.toThrow(/uuid/);
  }
});

test('a pooled connection forgets the tenant of the transaction before, after success and after failure', async () => {
  const db = openDatabase({ url: home.url, poolSize: 1 });
  const forgotten = [{ tenant: '', rows: 0n }];
  try {
    expect(await namesSeen(db, acme)).toEqual(['of acme']);
    expect(await leftBehind(db)).toEqual(forgotten);

    const thrown = withTenant(db, acme, () => Promise.reject(new Error('on purpose')));
    await expect(thrown).rejects.toThrow('on purpose');
    expect(await leftBehind(db)).toEqual(forgotten);

    await expect(withTenant(db, acme, (tx) => tx.$queryRaw`SELECT 1 / 0`)).rejects.toThrow(/division by zero/);
    expect(await leftBehind(db)).toEqual(forgotten);
    expect(await namesSeen(db, other)).toEqual(['of other']);
  } finally {
    await db.close();
  }
});

test('transactions of many tenants at once on few connections never see each other', async () => {
  const db = openDatabase({ url: home.url, poolSize: 3 });
  try {
    const seen = await Promise.all(
      Array.from({ length: 60 }, (_, index) => namesSeen(db, index % 2 === 0 ? acme : other)),
    );
    expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => [index % 2 === 0 ? 'of acme' : 'of other']));
  } finally {
    await db.close();
  }
});

test('what failed leaves nothing', async () => {
  const failed = withTenant(home.db, acme, async (tx) => {
    await tx.accessToken.create({ data: tokenOf(acme, 'half done') });
    throw new Error('on purpose');
  });
  await expect(failed).rejects.toThrow('on purpose');
  expect(await namesSeen(home.db, acme)).toEqual(['of acme']);
});
