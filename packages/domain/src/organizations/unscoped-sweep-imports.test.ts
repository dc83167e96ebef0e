import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import { updateProviderKey } from '../provider-keys/update-provider-key.js';
import { beginImport } from './begin-import.js';
import { endImport } from './end-import.js';
import type { ClaimedImport } from './import-organization.js';
import { requestImport } from './request-import.js';
import { unscopedSweepImports } from './unscoped-sweep-imports.js';

const intervalSecs = 900;
const never = new Date('2100-01-01');
let home: ImportingInstallation;
let id: string;
let keyId: string;
let count = 0;
beforeAll(async () => {
  home = await createImportingInstallation();
});
afterAll(() => home.close());
beforeEach(async () => {
  // Those of the tests before are at rest.
  await withTenant(home.db, home.tenant.id, (tx) =>
    tx.organization.updateMany({
      data: { nextImportAt: never, backfillDue: false, importRunId: null, importLeaseUntil: null },
    }),
  );
  ({ id, keyId } = await home.connect(`Main ${(count += 1)}`, { organization: count }));
});

/** What a sweep enqueues. */
async function sweep(): Promise<ClaimedImport[]> {
  const enqueued: ClaimedImport[] = [];
  const add = async (_name: string, payloads: readonly object[]) =>
    void enqueued.push(...(payloads as ClaimedImport[]));
  await unscopedSweepImports({ ...home, queues: { add } }, { intervalSecs });
  return enqueued;
}

async function end(claim: ClaimedImport | undefined, hasMorePast = false): Promise<void> {
  const begun = claim && (await beginImport(home, claim));
  if (!begun) throw new Error('not begun');
  await endImport(home, { tenantId: home.tenant.id, runId: begun.runId }, { kind: 'done', hasMorePast });
}

test('a new organization is imported at once, and again an interval later, give or take a tenth', async () => {
  const [claim, ...others] = await sweep();
  expect(others).toEqual([]);
  expect(claim).toMatchObject({ tenantId: home.tenant.id, organizationId: id, part: 'all' });
  await end(claim);
  home.pass(intervalSecs * 900 - 1);
  expect(await sweep()).toEqual([]);
  home.pass(intervalSecs * 200 + 1);
  expect(await sweep()).toMatchObject([{ organizationId: id, part: 'all' }]);
});

test('many sweeps at once claim an organization once, and a claim is begun once', async () => {
  const claims = (await Promise.all(Array.from({ length: 8 }, sweep))).flat();
  expect(claims).toHaveLength(1);
  const begun = await Promise.all(claims.flatMap((claim) => Array.from({ length: 4 }, () => beginImport(home, claim))));
  expect(begun.filter((one) => one !== null)).toHaveLength(1);
});

test('an import whose worker was lost is taken up when its lease ends, and not before', async () => {
  const [claim] = await sweep();
  expect(claim && (await beginImport(home, claim))).not.toBeNull();
  home.pass(119_999);
  expect(await sweep()).toEqual([]);
  home.pass(1);
  expect(await sweep()).toMatchObject([{ organizationId: id, part: 'all' }]);
});

test('more of the past is read at once, without reading the recent part again', async () => {
  await end((await sweep())[0], true);
  expect(await sweep()).toMatchObject([{ organizationId: id, part: 'past' }]);
});

test('asked for, it is due now; without an active key it never is', async () => {
  await end((await sweep())[0]);
  await requestImport(home, home.tenant.id, id);
  await end((await sweep())[0]);
  await updateProviderKey(home, home.tenant.id, keyId, { isActive: false });
  await expect(requestImport(home, home.tenant.id, id)).rejects.toMatchObject({ code: 'invalid-request' });
  home.pass(10 * intervalSecs * 1000);
  expect(await sweep()).toEqual([]);
});

test('what is due comes before back-fills, of which few run at once', async () => {
  const others = await Promise.all(
    Array.from({ length: 6 }, (_, index) => home.connect(`More ${count}-${index}`, { organization: 20 + index })),
  );
  await withTenant(home.db, home.tenant.id, (tx) =>
    tx.organization.updateMany({
      where: { id: { in: others.map((other) => other.id) } },
      data: { nextImportAt: never, backfillDue: true },
    }),
  );
  const parts = (await sweep()).map(({ part }) => part);
  expect(parts.filter((part) => part === 'all')).toHaveLength(1);
  expect(parts.filter((part) => part === 'past')).toHaveLength(4);
  expect(await sweep()).toEqual([]);
});
