import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { generateMasterKey } from '#crypto/master-key.js';
import { compileSources } from '#testing/compile-sources.js';
import { eventually } from '#testing/eventually.js';
import { createWorkerInstallation, type WorkerInstallation } from '#testing/worker-installation.js';

let compiled: Awaited<ReturnType<typeof compileSources>>;
let home: WorkerInstallation;

beforeAll(async () => {
  compiled = await compileSources();
});
beforeEach(async () => {
  home = await createWorkerInstallation(compiled.folder, { slowMs: 3_000 });
});
afterEach(() => home.close());
afterAll(() => compiled.remove());

test('SIGTERM lets probes under way end, begins none further, and ends with 0', async () => {
  const keys = await home.addKeys(10, 'slow');
  // Half of them wait for a place, and get it when the others end.
  const worker = await home.startWorker({ WORKER_TENANT_CONCURRENCY: '5' });
  const begun = () => home.paidRequests(keys).reduce((sum, count) => sum + count, 0);
  await eventually('five are under way', () => begun() === 5);
  expect(await worker.stop()).toBe(0);
  expect(begun()).toBe(5);
  expect(await home.books()).toEqual({ runs: 5, runsInSums: 5, usageRecords: 5, usageInSums: 5, claims: 5 });
});

test('SIGTERM hands back, within ten seconds, what does not end, and it is nobody’s result', async () => {
  const [key] = await home.addKeys(1, 'hang');
  const worker = await home.startWorker({ PROBE_DEADLINE_MS: '120000' });
  await eventually('it is under way', () => home.paidRequests(key ? [key] : []).every((count) => count === 1));
  const stoppedAt = Date.now();
  expect(await worker.stop()).toBe(0);
  expect(Date.now() - stoppedAt).toBeLessThan(10_000);
  expect(await home.books()).toEqual({ runs: 0, runsInSums: 0, usageRecords: 0, usageInSums: 0, claims: 1 });
  const claim = await home.db.unscoped.probeClaim.findFirstOrThrow();
  expect(claim.leaseExpiresAt.getTime()).toBeLessThanOrEqual(Date.now());
});

/** Rejects, with nobody to catch it, when it is told to. */
const faulty =
  "--import=data:text/javascript,process.once('SIGUSR2',()=>{Promise.reject(Error('sk-proj-canary-0123'))})";

test('a fault that nothing catches is one fatal line without a secret, hands back what runs, and ends with 1', async () => {
  const [key] = await home.addKeys(1, 'slow');
  const worker = await home.startWorker({ NODE_OPTIONS: faulty });
  await eventually('it is under way', () => home.paidRequests(key ? [key] : []).every((count) => count === 1));
  worker.child.kill('SIGUSR2');
  expect(await worker.exited).toBe(1);
  expect(await home.books()).toMatchObject({ runs: 1, usageRecords: 1 });
  expect(worker.output().match(/"level":"fatal".*\[redacted\]/g)).toHaveLength(1);
  expect(worker.output()).not.toContain('canary');
});

test('a worker ends with the program that supervises it', async () => {
  const worker = await home.startWorker();
  worker.child.disconnect();
  expect(await worker.exited).toBe(0);
});

const unusable: [string, (now: WorkerInstallation) => Record<string, string>, number, RegExp][] = [
  [
    'another master key',
    () => ({ MASTER_KEY: generateMasterKey() }),
    78,
    /^This database needs master key [0-9a-f]{16} for 1 data key, .*\n$/,
  ],
  [
    'no variables at all',
    () => ({ DATABASE_URL: '', MASTER_KEY: '' }),
    78,
    /^The configuration cannot be used:\n {2}- DATABASE_URL: is required\n {2}- MASTER_KEY: is required.*\n$/,
  ],
  [
    'a database that nobody serves',
    () => ({ DATABASE_URL: 'postgres://nobody:canary@127.0.0.1:9/none' }),
    1,
    /^The database of DATABASE_URL cannot be used: nothing listens at its address\.\n$/,
  ],
  [
    'a password that the database refuses',
    ({ url }) => ({ DATABASE_URL: url.replace(/:[^:@/]+@/, ':canary@') }),
    1,
    /^The database of DATABASE_URL cannot be used: it refuses this user and password\.\n$/,
  ],
];

test.each(unusable)('with %s it says so in one sentence and ends', async (_, env, status, sentence) => {
  const worker = home.run(env(home));
  expect(await worker.exited).toBe(status);
  expect(worker.output()).toMatch(sentence);
  expect(worker.output()).not.toContain('canary');
});

test.each(unusable)('with %s, --once could not run: status 2', async (_, env, _status, sentence) => {
  const worker = home.run(env(home), '--once');
  expect(await worker.exited).toBe(2);
  expect(worker.output()).toMatch(sentence);
});
