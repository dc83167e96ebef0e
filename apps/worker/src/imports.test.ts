import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { withTenant } from '#db/with-tenant.js';
import { compileSources } from '#testing/compile-sources.js';
import { eventually } from '#testing/eventually.js';
import { importedFigures, trueFigures } from '#testing/imported-figures.js';
import { createWorkerInstallation, type WorkerInstallation } from '#testing/worker-installation.js';

const dayMs = 86_400_000;
const environment = { IMPORT_HISTORY_DAYS: '10' };
let compiled: Awaited<ReturnType<typeof compileSources>>;
let home: WorkerInstallation;

beforeAll(async () => {
  compiled = await compileSources();
});
beforeEach(async () => {
  home = await createWorkerInstallation(compiled.folder, { latencyMs: 10 });
});
afterEach(() => home.close());
afterAll(() => compiled.remove());

const organizations = () => withTenant(home.db, home.tenant.id, (tx) => tx.organization.findMany());
const feeds = () => withTenant(home.db, home.tenant.id, (tx) => tx.importFeed.findMany());

async function isImported(): Promise<boolean> {
  const [organization] = await organizations();
  return organization?.importedAt !== null && (await feeds()).every(({ isBackfilled }) => isBackfilled);
}

/** Of five days that are final, in part by the hour and in part by the day: what is stored, and the truth. */
async function compare(organizationId: string) {
  const today = Math.floor(Date.now() / dayMs);
  const range = { from: new Date((today - 10) * dayMs), to: new Date((today - 5) * dayMs) };
  const stored = await importedFigures(home.db, { tenantId: home.tenant.id, organizationId, ...range });
  return { stored, truth: trueFigures(home.controls, range) };
}

test('a worker killed in the middle of an import loses nothing and counts nothing twice', async () => {
  await home.addKey('healthy', { secretKind: 'admin', label: 'Main' });
  const victim = await home.startWorker(environment);
  await eventually('the import is under way', async () => (await feeds()).length >= 4);
  victim.child.kill('SIGKILL');
  expect(await victim.exited).toBe('SIGKILL');
  const [organization] = await organizations();
  expect(organization).toMatchObject({ importedAt: null });
  expect(organization?.importRunId).not.toBeNull();

  await home.startWorker(environment);
  // As the clock would in two minutes: the lease of what nobody finished runs out.
  await withTenant(home.db, home.tenant.id, (tx) =>
    tx.organization.updateMany({ data: { importLeaseUntil: new Date(Date.now() - 1) } }),
  );
  await eventually('the import is done', isImported);
  const { stored, truth } = await compare(organization?.id ?? '');
  expect(stored).toEqual(truth);
});

test('a worker that is stopped hands its import back, and another goes on with it', async () => {
  await home.addKey('healthy', { secretKind: 'admin', label: 'Main' });
  const first = await home.startWorker(environment);
  await eventually('the import is under way', async () => (await feeds()).length >= 4);
  expect(await first.stop()).toBe(0);
  expect(await organizations()).toMatchObject([{ importRunId: null, importedAt: null, importErrorCode: null }]);
  await home.startWorker(environment);
  await eventually('the import is done', isImported);
});

test('--import reads everything in one process, with a line for each step and a table', async () => {
  const { secret } = await home.addKey('healthy', { secretKind: 'admin', label: 'Main' });
  const worker = home.run(environment, '--import');
  expect(await worker.exited).toBe(0);
  expect(worker.output()).toMatch(
    /^acme · Main: inventory, \d+ keys\nacme · Main: completions 20.{14} – 20.{14} UTC, [\d,]+ rows\n/,
  );
  expect(worker.output()).toMatch(
    /\nTENANT +ORGANIZATION +RESULT +SINCE +USAGE ROWS +COST LINES +UNKNOWN\nacme +Main +imported /,
  );
  expect(worker.output()).toMatch(/\n1 imported, 0 not\n$/);
  expect(worker.output()).not.toContain(secret.slice(0, 40));
  const [organization] = await organizations();
  const { stored, truth } = await compare(organization?.id ?? '');
  expect(stored).toEqual(truth);
});

test('--import says what OpenAI refused of the past, which is no failure, and asks for it each time', async () => {
  await home.addKey('healthy', { secretKind: 'admin', label: 'Main' });
  const before = new Date((Math.floor(Date.now() / dayMs) - 7) * dayMs);
  home.controls.failNext({ path: '/organization/usage/images', status: 400, times: 1, before });
  const refused = home.run(environment, '--import');
  expect(await refused.exited).toBe(0);
  const day = before.toISOString().slice(0, 10);
  expect(refused.output()).toContain(
    `\nacme · Main: OpenAI refused images of before ${day}; they are asked for again, at the latest a day later\n1 imported, 0 not\n`,
  );
  const answered = home.run(environment, '--import');
  expect(await answered.exited).toBe(0);
  expect(answered.output()).not.toContain('refused');
  expect(await isImported()).toBe(true);
});

test('--import ends with 1 when an organization cannot be imported, and says why', async () => {
  await home.addKey('invalid', { secretKind: 'admin', label: 'Revoked' });
  const worker = home.run(environment, '--import');
  expect(await worker.exited).toBe(1);
  expect(worker.output()).toMatch(
    /\nacme +Revoked +refused +–.*\nacme · Revoked: .*Incorrect API key.*\n0 imported, 1 not\n$/,
  );
});

test('--import without an admin key is all well, and says how to add one', async () => {
  const worker = home.run(environment, '--import');
  expect(await worker.exited).toBe(0);
  expect(worker.output()).toMatch(/^No connected organizations\. /);
});
