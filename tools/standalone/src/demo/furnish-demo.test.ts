import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { openDatabase, type Database, type Tx } from '#db/database.js';
import { withTenant } from '#db/with-tenant.js';
import { keyHealths } from '#domain/provider-keys/key-health.js';
import { unscopedFindTenantBySlug } from '#domain/tenants/unscoped-find-tenant-by-slug.js';
import { createTestDatabase } from '#testing/test-database.js';
import { demoTenants } from './demo-tenants.js';
import { furnishDemo } from './furnish-demo.js';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Database;
const ring = createMasterKeyRing([parseMasterKey(generateMasterKey())]);

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, poolSize: 1 });
  await furnishDemo({ db, ring });
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

async function inEachTenant<T>(work: (tx: Tx) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const { slug } of demoTenants) {
    const tenant = await unscopedFindTenantBySlug({ db }, slug);
    results.push(await withTenant(db, tenant?.id ?? '', work));
  }
  return results;
}

test('the demo shows every state of health but the one that only opening a key can find', async () => {
  const keys = (await inEachTenant((tx) => tx.providerKey.findMany({ select: { health: true } }))).flat();
  expect([...new Set(keys.map(({ health }) => health))].toSorted()).toEqual(
    keyHealths.filter((health) => health !== 'cannot-be-opened').toSorted(),
  );
});

test('rollups and records of the demo say the same, over 60 days, at a believable price', async () => {
  for (const { records, hours, days } of await inEachTenant(readSums)) {
    expect(hours).toEqual(records);
    expect(Number(records?.cost)).toBeGreaterThan(100);
    expect(Number(records?.cost)).toBeLessThan(20_000);
    expect(days).toBeGreaterThanOrEqual(60);
  }
});

test('furnishing again adds nothing', async () => {
  const before = await inEachTenant(readSums);
  await furnishDemo({ db, ring });
  expect(await inEachTenant(readSums)).toEqual(before);
});

interface Sums {
  requests: string;
  input: string;
  output: string;
  cost: string;
}

async function readSums(tx: Tx): Promise<{ records: Sums | undefined; hours: Sums | undefined; days: number }> {
  const [records] = await tx.$queryRaw<Sums[]>`
    SELECT sum(requests)::text AS requests, sum(input_uncached_tokens + input_cached_tokens)::text AS input,
           sum(output_tokens)::text AS output, sum(cost_usd)::text AS cost
    FROM usage_record`;
  const [hours] = await tx.$queryRaw<Sums[]>`
    SELECT sum(requests)::text AS requests, sum(input_tokens)::text AS input, sum(output_tokens)::text AS output,
           sum(cost_usd)::text AS cost
    FROM usage_hourly`;
  const [span] = await tx.$queryRaw<{ days: number }[]>`
    SELECT count(DISTINCT occurred_at::date)::int AS days FROM usage_record`;
  return { records, hours, days: span?.days ?? 0 };
}
