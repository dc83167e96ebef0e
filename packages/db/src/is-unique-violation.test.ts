import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { isUniqueViolation } from './is-unique-violation.js';
import { withTenant } from './with-tenant.js';

let home: TestInstallation;
let tenantId: string;
beforeAll(async () => {
  home = await createTestInstallation();
  tenantId = (await home.addTenant('acme')).id;
});
afterAll(() => home.close());

const addKey = (label: string, id: string = crypto.randomUUID()) =>
  withTenant(home.db, tenantId, (tx) =>
    tx.providerKey.create({
      data: {
        tenantId,
        id,
        label,
        mask: 'sk-…',
        model: 'm',
        probeDailyCapUsd: '0',
        sealedSecret: new Uint8Array(1),
        fingerprint: crypto.getRandomValues(new Uint8Array(32)),
      },
    }),
  );

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

test('a second row under a unique key is told from every other failure', async () => {
  const id = crypto.randomUUID();
  await addKey('one', id);
  expect(isUniqueViolation(await errorOf(addKey('two', id)))).toBe(true);
  // Of an index on an expression, which has no column to name.
  expect(isUniqueViolation(await errorOf(addKey('ONE')))).toBe(true);

  const claim = { tenantId, runId: id, providerKeyId: crypto.randomUUID(), trigger: 'manual' };
  const times = { claimedAt: new Date(), leaseExpiresAt: new Date() };
  const foreignKey = withTenant(home.db, tenantId, (tx) => tx.probeClaim.create({ data: { ...claim, ...times } }));
  const check = addKey('x'.repeat(201));
  const absent = withTenant(home.db, tenantId, (tx) => tx.tenant.findUniqueOrThrow({ where: { slug: 'absent' } }));
  for (const other of await Promise.all([foreignKey, check, absent].map(errorOf))) {
    expect(other).toBeInstanceOf(Error);
    expect(isUniqueViolation(other)).toBe(false);
  }
  expect([null, undefined, 'P2002', { code: 'P2002' }].map(isUniqueViolation)).toEqual([false, false, false, false]);
});
