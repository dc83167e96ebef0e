import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { importedFigures, trueFigures } from '#testing/imported-figures.js';
import { createImportingInstallation, type ImportingInstallation } from '#testing/importing-installation.js';
import type { Behaviour } from '#simulator/simulated-key.js';
import { simulatedSecret } from '#simulator/simulated-key.js';
import { recordSync } from '../ledger/record-sync.js';
import { replaceProviderSecret } from '../provider-keys/replace-provider-secret.js';
import { claimImport } from './claim-import.js';
import { getImportProgress } from './get-import-progress.js';
import { getOrganization } from './get-organization.js';
import { importOrganization } from './import-organization.js';
import type { ImportDeps } from './import-settings.js';

const from = new Date('2026-11-13T00:00:00Z');
const to = new Date('2026-11-21T00:00:00Z');
let home: ImportingInstallation;
let count = 0;
beforeAll(async () => {
  home = await createImportingInstallation({ historyDays: 7 });
});
afterAll(() => home.close());

/** Each test has a tenant of its own, to which the simulator's one organization is new. */
let tenantId: string;
beforeEach(async () => {
  tenantId = (await home.addTenant(`tenant-${(count += 1)}`)).id;
});
const connect = (behaviour: Behaviour = 'healthy') => home.connect(`Main ${count}`, { behaviour, tenantId });
const run = (id: string) => home.import(id, { tenantId });
const figures = (organizationId: string) => importedFigures(home.db, { tenantId, organizationId, from });
const truth = () => trueFigures(home.controls, { from, to });

test.each(['limited-once', 'fails-midway'] as const)('a key that is %s loses nothing', async (behaviour) => {
  const { id } = await connect(behaviour);
  expect(await run(id)).toMatchObject({ kind: 'done' });
  expect(await figures(id)).toEqual(truth());
});

test.each([
  { status: 429, path: '/organization/usage/completions' },
  { status: 500, path: '/organization/usage/embeddings' },
  { status: 503, path: '/organization/costs' },
] as const)(
  'a $status of $path beyond every attempt fails the import, and the next one loses nothing',
  async (failure) => {
    const { id } = await connect();
    home.controls.failNext({ ...failure, times: 5 });
    expect(await run(id)).toMatchObject({ kind: 'failed', code: 'unavailable' });
    expect(await getOrganization(home, tenantId, id)).toMatchObject({
      importErrorCode: 'unavailable',
      importFailedAt: home.clock.now(),
      importedAt: null,
      isImporting: false,
    });
    expect(await run(id)).toMatchObject({ kind: 'done' });
    expect(await figures(id)).toEqual(truth());
    expect(await getOrganization(home, tenantId, id)).toMatchObject({ importErrorCode: null, importFailedAt: null });
  },
);

test.each([
  ['repeated-cursor', 'repeated-cursor'],
  ['invalid', 'refused'],
  ['broken-json', 'unavailable'],
] as const)('a key that is %s ends as %s, without a secret in the words for it', async (behaviour, code) => {
  const { id, secret } = await connect(behaviour);
  expect(await run(id)).toMatchObject({ kind: 'failed', code });
  const { importError } = await getOrganization(home, tenantId, id);
  expect(importError).toMatch(/\w+/);
  expect(importError).not.toContain(secret.slice(0, 40));
});

test('an import that reaches nobody ends as not-reached, in the words of a probe', async () => {
  const { id } = await connect();
  const cause = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
  const deps: ImportDeps = { ...home, fetch: () => Promise.reject(new TypeError('fetch failed', { cause })) };
  const claim = await claimImport(home, tenantId, { organizationId: id, part: 'all' });
  if (!claim) throw new Error('not claimed');
  const ending = await importOrganization(deps, claim, new AbortController().signal);
  expect(ending).toMatchObject({ kind: 'failed', code: 'not-reached' });
  expect((await getOrganization(home, tenantId, id)).importError).toMatch(/^Nothing was sent: .+ DNS/);
});

test('money that is no number keeps costs out, and usage comes all the same', async () => {
  const { id } = await connect('bad-amounts');
  expect(await run(id)).toMatchObject({ kind: 'failed', code: 'unreadable-amount' });
  const imported = await figures(id);
  expect(imported).toEqual({ usage: truth().usage, billedByProject: {}, billedByLine: {} });
});

test('results that nobody knows are kept as they came and counted once, however often they are read', async () => {
  const { id } = await connect('unknown-results');
  for (let again = 0; again < 2; again += 1) {
    expect(await run(id)).toMatchObject({ kind: 'done' });
    expect(await figures(id)).toEqual(truth());
    const kept = await withTenant(home.db, tenantId, (tx) => tx.reportedUnknown.findMany());
    const { feeds } = await getImportProgress(home, tenantId, id);
    expect(feeds.reduce((sum, { unknownResults }) => sum + unknownResults, 0)).toBe(kept.length);
    expect(kept.length).toBeGreaterThan(1000);
    expect(kept[0]).toMatchObject({ object: 'organization.usage.dreams.result', result: { num_dreams: 7 } });
  }
});

test('a bucket of an impossible time is kept and counted once, and stops nothing', async () => {
  const { id } = await connect();
  const far = { object: 'bucket', start_time: 1e15, end_time: 1e15 + 86_400 };
  const deps: ImportDeps = { ...home, fetch: fetchWith(['/usage/completions', '/costs'], far) };
  for (let again = 0; again < 2; again += 1) {
    const claim = await claimImport(home, tenantId, { organizationId: id, part: 'all' });
    if (!claim) throw new Error('not claimed');
    expect(await importOrganization(deps, claim, new AbortController().signal)).toMatchObject({ kind: 'done' });
    expect(await figures(id)).toEqual(truth());
    const { feeds } = await getImportProgress(home, tenantId, id);
    const counted = feeds.flatMap(({ feed, unknownResults }) =>
      unknownResults > 0 ? `${feed} ${unknownResults}` : [],
    );
    expect(counted.toSorted()).toEqual(['completions 1', 'costs 1']);
  }
});

/** Adds a bucket to each page of some lists, with the results of the first that has any. */
function fetchWith(paths: readonly string[], bucket: object): typeof fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (!paths.some((path) => response.url.includes(path))) return response;
    const page = (await response.json()) as { data: { results: object[] }[] };
    const results = page.data.find((one) => one.results.length > 0)?.results ?? [];
    return Response.json({ ...page, data: [...page.data, { ...bucket, results }] });
  };
}

test('an import that is cut off keeps its windows, gives its lease back, and is due again at once', async () => {
  const { id } = await connect();
  const controller = new AbortController();
  let steps = 0;
  const onStep = () => {
    if ((steps += 1) === 5) controller.abort(new Error('stop'));
  };
  const claim = await claimImport(home, tenantId, { organizationId: id, part: 'all' });
  if (!claim) throw new Error('not claimed');
  expect(await importOrganization({ ...home, onStep }, claim, controller.signal)).toMatchObject({ kind: 'cut-off' });
  expect(steps).toBe(5);
  expect(await getOrganization(home, tenantId, id)).toMatchObject({
    isImporting: false,
    importErrorCode: null,
    nextImportAt: home.clock.now(),
  });
  expect(await run(id)).toMatchObject({ kind: 'done' });
  expect(await figures(id)).toEqual(truth());
});

test('a worker that was overtaken writes nothing more', async () => {
  const { id } = await connect();
  const claim = await claimImport(home, tenantId, { organizationId: id, part: 'all' });
  if (!claim) throw new Error('not claimed');
  let steps = 0;
  let atOvertaking: Awaited<ReturnType<typeof figures>> | null = null;
  const deps: ImportDeps = {
    ...home,
    onStep: () => void (steps += 1),
    // Silent for longer than its lease, in the middle of everything: another takes it up.
    fetch: async (...given) => {
      if (steps >= 3 && !atOvertaking) {
        home.clock.advance(120_000);
        const other = await claimImport(home, tenantId, { organizationId: id, part: 'all' });
        atOvertaking = other && (await figures(id));
      }
      return fetch(...given);
    },
  };
  expect(await importOrganization(deps, claim, new AbortController().signal)).toBeNull();
  expect(atOvertaking).not.toBeNull();
  expect(await figures(id)).toEqual(atOvertaking);
  // The job came twice: what it claimed is worth nothing any more.
  expect(await importOrganization(home, claim, new AbortController().signal)).toBeNull();
});

describe('the same organization under two keys', () => {
  test('is imported once: the second key is told of the first, and writes nothing', async () => {
    const first = await connect();
    const second = await home.connect('Second', { tenantId });
    await run(first.id);
    expect(await run(second.id)).toMatchObject({ kind: 'failed', code: 'same-organization' });
    expect((await getOrganization(home, tenantId, second.id)).importError).toContain(`“Main ${count}”`);
    const rows = await withTenant(home.db, tenantId, (tx) =>
      tx.reportedUsage.count({ where: { organizationId: second.id } }),
    );
    expect(rows).toBe(0);
    expect(await figures(first.id)).toEqual(truth());
  });

  test('is imported once, also when both are imported for the first time at once', async () => {
    const ids = [(await connect()).id, (await home.connect('Second', { tenantId })).id];
    const endings = await Promise.all(ids.map((id) => run(id)));
    expect(new Set(endings.map((ending) => ending?.kind))).toEqual(new Set(['done', 'failed']));
    const winner = endings.find((ending) => ending?.kind === 'done')?.organizationId ?? '';
    expect(await figures(winner)).toEqual(truth());
    const others = await withTenant(home.db, tenantId, (tx) =>
      tx.reportedUsage.count({ where: { organizationId: { not: winner } } }),
    );
    expect(others).toBe(0);
  });

  test('goes on with its history when the first key was deleted', async () => {
    const first = await connect();
    await run(first.id);
    const before = await figures(first.id);
    await home.disconnect(first.keyId, tenantId);
    const second = await home.connect('Second', { tenantId });
    expect(await run(second.id)).toMatchObject({ kind: 'done', organizationId: first.id });
    expect(await figures(first.id)).toEqual(before);
    expect(await getOrganization(home, tenantId, first.id)).toMatchObject({ keyLabel: 'Second', isConnected: true });
    await expect(getOrganization(home, tenantId, second.id)).rejects.toMatchObject({ code: 'not-found' });
  });
});

test('credit that was entered for a key before its import keeps it from that history, until it is stored again', async () => {
  const first = await connect();
  await run(first.id);
  await home.disconnect(first.keyId, tenantId);
  const second = await home.connect('Second', { tenantId });
  await recordSync(home, tenantId, second.id, { stated: 1n });
  expect(await run(second.id)).toMatchObject({ kind: 'failed', code: 'same-organization' });
  const { importError } = await getOrganization(home, tenantId, second.id);
  expect(importError).toContain('store it again');
  expect(importError).not.toContain('connected already');
  await home.disconnect(second.keyId, tenantId);
  const again = await home.connect('Second', { tenantId });
  expect(await run(again.id)).toMatchObject({ kind: 'done', organizationId: first.id });
  expect(await figures(first.id)).toEqual(truth());
});

test('a key that is replaced by one of another organization stops, lest two be mixed', async () => {
  const { id, keyId } = await connect();
  await run(id);
  const before = await figures(id);
  const secret = simulatedSecret({ behaviour: 'healthy', kind: 'admin', organization: 2 });
  await replaceProviderSecret(home, tenantId, keyId, secret);
  expect(await run(id)).toMatchObject({ kind: 'failed', code: 'other-organization' });
  expect(await figures(id)).toEqual(before);
});

test('nor does such a key pass for a second one of that organization, where that is connected too or was', async () => {
  const { id, keyId } = await connect();
  const other = await home.connect('Other', { organization: 2, tenantId });
  for (const each of [id, other.id]) await run(each);
  const before = await figures(id);
  const secret = simulatedSecret({ behaviour: 'healthy', kind: 'admin', organization: 2, label: 'again' });
  await replaceProviderSecret(home, tenantId, keyId, secret);
  expect(await run(id)).toMatchObject({ kind: 'failed', code: 'other-organization' });
  await home.disconnect(other.keyId, tenantId);
  expect(await run(id)).toMatchObject({ kind: 'failed', code: 'other-organization' });
  expect(await figures(id)).toEqual(before);
});

test('a tenant with two organizations, and another with one of them, each have their own figures', async () => {
  const first = await connect();
  const second = await home.connect('Second', { organization: 2, tenantId });
  const other = (await home.addTenant(`other-${count}`)).id;
  const theirs = await home.connect('Theirs', { tenantId: other });
  for (const { id } of [first, second]) expect(await run(id)).toMatchObject({ kind: 'done' });
  await home.import(theirs.id, { tenantId: other });
  expect(await figures(first.id)).toEqual(truth());
  expect(await figures(second.id)).toEqual(trueFigures(home.controls, { from, to, organization: 2 }));
  const range = { tenantId: other, organizationId: theirs.id, from };
  expect(await importedFigures(home.db, range)).toEqual(truth());
  expect(await getOrganization(home, tenantId, second.id)).toMatchObject({ openaiId: 'org-sim-2' });
});
