import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSimulator } from '#simulator/create-simulator.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import { deleteProviderKey } from '../provider-keys/delete-provider-key.js';
import { replaceProviderSecret } from '../provider-keys/replace-provider-secret.js';
import { storeProviderKey } from '../provider-keys/store-provider-key.js';
import type { DriftKind } from './inventory-drift.js';
import { listInventoryDrift } from './list-inventory-drift.js';

const dayMs = 86_400_000;
/** A key that will be deleted at OpenAI, and is used until then. */
const doomed = createSimulator()
  .controls.organization()
  .keys.find(({ deletedDay, idleDay, project }) => deletedDay === idleDay && project.archivedDay === null);
const deletedAt = new Date((doomed?.deletedDay ?? 0) * dayMs);

let home: ImportingInstallation;
let organizationId: string;
beforeAll(async () => {
  home = await createImportingInstallation({
    now: new Date(deletedAt.getTime() - dayMs).toISOString(),
    historyDays: 7,
  });
  organizationId = (await home.connect('Main')).id;
});
afterAll(() => home.close());

const store = (label: string, secret: string) =>
  storeProviderKey({ ...home, defaults: { model: 'gpt-4o-mini', dailyCapUsd: '1' } }, home.tenant.id, {
    label,
    secret,
  });

async function drift(kind: DriftKind, unusedDays?: number): Promise<string[]> {
  const page = await listInventoryDrift(home, home.tenant.id, organizationId, { kind, unusedDays, limit: 500 });
  expect(page.counts[kind]).toBe(page.items.length);
  return page.items.map(({ keyId }) => keyId);
}

/** The keys that live at this moment, and are in use or never were. */
function living() {
  const today = Math.floor(home.clock.now().getTime() / dayMs);
  return home.controls
    .organization()
    .keys.filter(({ createdDay, deletedDay, project }) => {
      const isThere = createdDay <= today && (deletedDay ?? Infinity) > today;
      return isThere && (project.archivedDay ?? Infinity) > today;
    })
    .map((key) => ({
      ...key,
      isUnusedFor: (days: number) => Math.max(key.createdDay, Math.min(key.idleDay, today)) < today - days,
    }));
}
const ids = (keys: readonly { id: string }[]) => keys.map(({ id }) => id).toSorted();

test('keys at OpenAI that nobody stored here are told from those that are stored', async () => {
  await home.import(organizationId);
  expect(await drift('not-stored')).toEqual(ids(living()));
  const [first] = living();
  const { id } = await store('Ours', first?.secret ?? '');
  await home.import(organizationId);
  expect(await drift('not-stored')).toEqual(ids(living().filter((key) => key.id !== first?.id)));
  await deleteProviderKey(home, home.tenant.id, id);
  expect(await drift('not-stored')).toEqual(ids(living()));
});

test('a stored key that was deleted at OpenAI is told, until it is replaced', async () => {
  const { id } = await store('Doomed', doomed?.secret ?? '');
  await home.import(organizationId);
  expect(await drift('not-stored')).not.toContain(doomed?.id);
  expect(await drift('gone')).toEqual([]);
  home.pass(2 * dayMs);
  await home.import(organizationId);
  expect(await drift('gone')).toEqual([doomed?.id]);
  const [next] = living();
  await replaceProviderSecret(home, home.tenant.id, id, next?.secret ?? '');
  await home.import(organizationId);
  expect(await drift('gone')).toEqual([]);
  expect(await drift('not-stored')).not.toContain(next?.id);
});

test('keys without use and of owners without access are told', async () => {
  expect(await drift('no-owner-access')).toEqual(ids(living().filter(({ isOwnerActive }) => !isOwnerActive)));
  for (const days of [7, 30, 90]) {
    expect(await drift('unused', days)).toEqual(ids(living().filter((key) => key.isUnusedFor(days))));
  }
});

test('two stored keys that show the same characters are linked to nothing', async () => {
  const [, key] = living().filter(({ secret }) => secret.startsWith('sk-svcacct-'));
  const secret = key?.secret ?? '';
  await store('One', secret);
  await store('Other', `sk-svcacct-another-key-with-the-same-end${secret.slice(-4)}`);
  await home.import(organizationId);
  expect(await drift('not-stored')).toContain(key?.id);
});

test('a key is told from 30 days before it expires', async () => {
  const [first] = living()
    .filter(({ expiresDay }) => expiresDay !== null)
    .toSorted((a, b) => (a.expiresDay ?? 0) - (b.expiresDay ?? 0));
  home.clock.set(new Date(((first?.expiresDay ?? 0) - 30) * dayMs));
  const tenantId = (await home.addTenant('later')).id;
  const { id } = await home.connect('Later', { tenantId });
  await home.import(id, { tenantId });
  const expiring = async () => {
    const { items } = await listInventoryDrift(home, tenantId, id, { kind: 'expiring', limit: 500 });
    return items.map(({ keyId, expiresAt }) => [keyId, expiresAt]);
  };
  expect(await expiring()).toEqual([]);
  home.pass(1);
  expect(await expiring()).toEqual([[first?.id, new Date((first?.expiresDay ?? 0) * dayMs)]]);
});
