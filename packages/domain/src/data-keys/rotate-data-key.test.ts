import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SecretString } from '#core/secret-string.js';
import { sealedWith } from '#crypto/open.js';
import { seal } from '#crypto/seal.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { withTenant } from '#db/with-tenant.js';
import { untilSomebodyWaits } from '#testing/until-somebody-waits.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { eventually } from '#testing/eventually.js';
import {
  createProbingInstallation,
  type ProbingInstallation,
  type StoredTestKey,
} from '#testing/probing-installation.js';
import { recordAudit } from '../audit/record-audit.js';
import { verifyAudit } from '../audit/verify-audit.js';
import { probeNow } from '../probes/probe-now.js';
import { deleteProviderKey } from '../provider-keys/delete-provider-key.js';
import { fingerprintsOf } from '../provider-keys/fingerprints-of.js';
import { openProviderKey } from '../provider-keys/open-provider-key.js';
import { replaceProviderSecret } from '../provider-keys/replace-provider-secret.js';
import { secretPlace } from '../provider-keys/secret-place.js';
import { storeProviderKey } from '../provider-keys/store-provider-key.js';
import { lockTenantDataKeys, readTenantDataKeys } from '../provider-keys/tenant-data-keys.js';
import { rotateDataKey, type RotationProgress } from './rotate-data-key.js';
import { sealedColumns } from './sealed-columns.js';

let home: ProbingInstallation;
let tenantId: string;
beforeEach(async () => {
  home = await createProbingInstallation();
  tenantId = home.tenant.id;
});
afterEach(() => home.close());

const inTenant = <T>(work: Parameters<typeof withTenant<T>>[2]) => withTenant(home.db, tenantId, work);
const dataKeys = () => inTenant((tx) => tx.tenantDataKey.findMany({ select: { id: true, retiredAt: true } }));

/** Waits only so long that others come in between. */
const rotate = (of = tenantId, progress: RotationProgress = {}) =>
  rotateDataKey({ ...home, sleep: () => setTimeout(20) }, of, progress);

/** All secrets that open, and the data keys that they name. */
function openAll(): Promise<{ secrets: string[]; under: Set<string> }> {
  return inTenant(async (tx) => {
    const rows = await tx.providerKey.findMany({ where: { deletedAt: null }, orderBy: { id: 'asc' } });
    const keys = await readTenantDataKeys(home.ring, tx, tenantId);
    const under = new Set(rows.map(({ sealedSecret }) => sealedWith(sealedSecret ?? new Uint8Array())));
    return { secrets: rows.map((row) => openProviderKey(keys, row).reveal()), under };
  });
}

test('every sealed column is in the catalog, and every other column of bytes is known not to be sealed', async () => {
  const columns = await withOwnerConnection(home.url, async (connection) => {
    const { rows } = await connection.query<{ name: string }>(`
      SELECT c.table_name || '.' || c.column_name AS name FROM information_schema.columns c
      WHERE c.table_schema = 'public' AND c.data_type = 'bytea' AND EXISTS (
        SELECT FROM information_schema.columns t WHERE t.table_schema = 'public' AND t.table_name = c.table_name
          AND t.column_name = 'tenant_id')`);
    return rows.map(({ name }) => name);
  });
  const notSealed = new Set([
    'tenant_data_key.wrapped_key', // under the master key
    'provider_key.fingerprint', // in the catalog, beside its secret
    'access_token.token_hash',
    'session.secret_hash',
    'audit_event.mac',
    'usage_event_key.digest',
  ]);
  const sealed = columns.filter((name) => !notSealed.has(name));
  expect(sealed.toSorted()).toEqual(sealedColumns.map(({ table, column }) => `${table}.${column}`).toSorted());
});

test('a rotation seals every secret anew under a new data key, and removes the old one', async () => {
  const secrets = [];
  for (let count = 0; count < 60; count += 1) secrets.push((await home.addKey('healthy')).secret);
  const gone = await home.addKey('healthy');
  await deleteProviderKey(home, tenantId, gone.id);
  const [old] = await dataKeys();

  const rotation = await rotate();
  expect(rotation).toMatchObject({ resumed: false, resealed: 61, removed: 1 }); // 60 keys and the audit's own
  expect(rotation.dataKeyId).not.toBe(old?.id);
  expect(await dataKeys()).toEqual([{ id: rotation.dataKeyId, retiredAt: null }]);
  expect(await openAll()).toEqual({ secrets, under: new Set([rotation.dataKeyId]) });
  expect(await verifyAudit(home, tenantId)).toMatchObject({ fault: null });
  const events = await inTenant((tx) =>
    tx.auditEvent.findMany({ where: { action: { startsWith: 'data-key.' } }, orderBy: { seq: 'asc' } }),
  );
  expect(events.map(({ action, subjectId }) => [action, subjectId])).toEqual([
    ['data-key.rotate', rotation.dataKeyId],
    ['data-key.remove', old?.id],
  ]);
});

test('one that stopped in the middle is carried on by the next, without a further data key', async () => {
  for (let count = 0; count < 60; count += 1) await home.addKey('healthy');
  const stop = () => {
    throw new Error('killed');
  };
  await expect(rotate(tenantId, { onBatch: stop })).rejects.toThrow('killed');
  expect((await openAll()).under.size).toBe(2);
  const keysBetween = await dataKeys();
  const rotation = await rotate();
  expect(rotation).toMatchObject({ resumed: true, removed: 1 });
  expect(keysBetween.find(({ retiredAt }) => retiredAt === null)?.id).toBe(rotation.dataKeyId);
  expect((await openAll()).under).toEqual(new Set([rotation.dataKeyId]));
});

test('at no moment does a secret get in that is stored already', async () => {
  const keys: StoredTestKey[] = [];
  for (let count = 0; count < 120; count += 1) keys.push(await home.addKey('healthy'));
  const ended = new AbortController();
  const refusals: string[] = [];
  const intrude = async (index: number) => {
    while (!ended.signal.aborted) {
      index = (index + 7) % keys.length;
      const label = `again ${refusals.length} ${index}`;
      const secret = keys[index]?.secret ?? '';
      const attempt =
        index % 2 === 0
          ? storeProviderKey(home, tenantId, { label, secret })
          : replaceProviderSecret(home, tenantId, keys[(index + 1) % keys.length]?.id ?? '', secret);
      refusals.push(
        await attempt.then(
          () => 'stored',
          (error: { code?: string }) => error.code ?? 'another fault',
        ),
      );
    }
  };
  const intruders = [intrude(0), intrude(31), intrude(62)];
  for (let round = 0; round < 3; round += 1) await rotate();
  ended.abort();
  await Promise.all(intruders);
  expect(refusals.length).toBeGreaterThan(20);
  expect(new Set(refusals)).toEqual(new Set(['duplicate-secret']));
  expect((await openAll()).secrets).toHaveLength(120);
});

test('of two who store one secret as the key is rotated, one before and one after, the second is refused', async () => {
  const secret = simulatedSecret({ behaviour: 'healthy', label: 'twice' });
  let rotated: Promise<unknown> = Promise.resolve();
  let second: Promise<unknown> = Promise.resolve();
  await inTenant(async (tx) => {
    // As storing does, held just before its end.
    const keys = await lockTenantDataKeys(home.ring, tx, tenantId);
    const prints = fingerprintsOf(keys, tenantId, new SecretString(secret));
    const view = (await home.addKey('healthy')).id;
    rotated = rotate();
    await untilSomebodyWaits(home.db);
    expect(await dataKeys()).toHaveLength(1);
    await tx.providerKey.update({
      where: { tenantId_id: { tenantId, id: view } },
      data: { sealedSecret: seal(keys.current(), secretPlace(tenantId, view), secret), fingerprint: prints.current },
    });
    second = storeProviderKey(home, tenantId, { label: 'second', secret }).catch((error: unknown) => error);
  });
  expect(await second).toMatchObject({ code: 'duplicate-secret' });
  await rotated;
});

test('what a slow writer seals with the retired key is found and sealed anew before that key goes', async () => {
  await home.addKey('healthy');
  const other = await home.addTenant('other');
  let rotation: ReturnType<typeof rotateDataKey> | undefined;
  await withTenant(home.db, other.id, async (tx) => {
    // Its first audit event seals the chain's key with the data key of this moment.
    await recordAudit(tx, home, other.id, {
      action: 'provider-key.update',
      subject: { kind: 'provider-key', id: other.id },
    });
    rotation = rotate(other.id);
    await untilSomebodyWaits(home.db);
  });
  expect(await rotation).toMatchObject({ resealed: 1, removed: 1 });
  expect(await verifyAudit(home, other.id)).toMatchObject({ fault: null });
});

test('a probe under way during the rotation is recorded and judges its key, as the secret is the same', async () => {
  const { id } = await home.addKey('slow');
  const probe = probeNow(home, tenantId, { providerKeyId: id, trigger: 'manual' });
  await eventually('the probe is under way', () => home.controls.requests.length > 0);
  await rotate();
  expect(await probe).toMatchObject({ outcome: 'ok' });
  const row = await inTenant((tx) => tx.providerKey.findUnique({ where: { tenantId_id: { tenantId, id } } }));
  expect(row).toMatchObject({ health: 'healthy', lastOutcome: 'ok' });
});

test('the data key that seals cannot be deleted, whatever the program does', async () => {
  const [current] = await dataKeys();
  expect(await inTenant((tx) => tx.tenantDataKey.deleteMany({ where: { tenantId } }))).toEqual({ count: 0 });
  expect(await dataKeys()).toEqual([current]);
});

test('a value that cannot be opened stops the rotation, by name, and nothing is removed', async () => {
  const { id } = await home.addKey('healthy');
  await inTenant((tx) =>
    tx.providerKey.update({
      where: { tenantId_id: { tenantId, id } },
      data: { sealedSecret: new Uint8Array(60).fill(1) },
    }),
  );
  await expect(rotate()).rejects.toThrow(`provider_key ${id} opens with no data key`);
  expect(await dataKeys()).toHaveLength(2);
});
