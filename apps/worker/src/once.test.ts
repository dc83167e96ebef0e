import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { unscopedClaimDueProbes } from '#domain/probes/unscoped-claim-due-probes.js';
import { compileSources } from '#testing/compile-sources.js';
import { eventually } from '#testing/eventually.js';
import { findQuietPort } from '#testing/find-quiet-port.js';
import { createWorkerInstallation, type WorkerInstallation } from '#testing/worker-installation.js';
import { probeOnce } from './once.js';

let compiled: Awaited<ReturnType<typeof compileSources>>;
let home: WorkerInstallation;

beforeAll(async () => {
  compiled = await compileSources();
});
beforeEach(async () => {
  home = await createWorkerInstallation(compiled.folder, { slowMs: 5_000 });
});
afterEach(() => home.close());
afterAll(() => compiled.remove());

test('an installation without keys is all ok, and says where to add one', async () => {
  const worker = home.run({}, '--once');
  expect(await worker.exited).toBe(0);
  expect(worker.output()).toMatch(/^No active keys\. .*\n0 ok, 0 failing\n$/);
});

test('every active key of every tenant is probed once, and all ok is status 0', async () => {
  const other = await home.addTenant('globex');
  const keys = [...(await home.addKeys(2)), await home.addKey('healthy', { tenantId: other.id })];
  const worker = home.run({}, '--once');
  expect(await worker.exited).toBe(0);
  expect(worker.output()).toMatch(/^TENANT +KEY +OUTCOME +STATUS +LATENCY +COST USD +MODEL +REASON\n/);
  expect(worker.output()).toMatch(/\nacme +key 1 +ok +200 +\d+ ms +0\.0\d+ +gpt-4o-mini/);
  expect(worker.output()).toMatch(/\nglobex +key 3 +ok .*\n3 ok, 0 failing\n$/);
  expect(home.paidRequests(keys)).toEqual([1, 1, 1]);
  for (const { secret } of keys) expect(worker.output()).not.toContain(secret.slice(0, 40));
});

test('a mistyped argument is told and ends with 2, instead of starting a worker that runs for ever', async () => {
  const worker = home.run({}, '--onc');
  expect(await worker.exited).toBe(2);
  expect(worker.output()).toMatch(/^Usage: worker \[--once \| --import\]\n/);
});

test('one failing key is status 1, and stands last with what OpenAI said', async () => {
  await home.addKeys(1, 'invalid');
  await home.addKeys(2);
  const worker = home.run({}, '--once');
  expect(await worker.exited).toBe(1);
  expect(worker.output()).toMatch(
    /\nacme +key 1 +invalid-key +401 +\d+ ms +free .* invalid_api_key\n2 ok, 1 failing\n$/,
  );
});

test('an address inside is not asked unless OUTBOUND_ALLOW names it, and the run says so', async () => {
  const keys = await home.addKeys(1);
  const worker = home.run({ OUTBOUND_ALLOW: 'elsewhere.example' }, '--once');
  expect(await worker.exited).toBe(1);
  expect(worker.output()).toMatch(
    /\nacme +key 1 +network-error .* OUTBOUND_REFUSED\nOUTBOUND_REFUSED: Nothing was sent: .*\n0 ok, 1 failing\n$/,
  );
  expect(home.paidRequests(keys)).toEqual([0]);
});

test('a way to OpenAI that is broken is told once, with its reason and without the address', async () => {
  await home.addKeys(2);
  const nobody = await findQuietPort();
  const worker = home.run({ OPENAI_BASE_URL: `http://127.0.0.1:${nobody}/hunter2/v1` }, '--once');
  expect(await worker.exited).toBe(1);
  const output = worker.output();
  expect(output).toMatch(/\nacme +key 1 +network-error .* ECONNREFUSED\n/);
  expect(output).toMatch(/\nECONNREFUSED: Nothing was sent: the connection was refused\. .*\n0 ok, 2 failing\n$/);
  expect(output.match(/the connection was refused/g)).toHaveLength(1);
  expect(output).not.toMatch(/hunter2|127\.0\.0\.1/);
});

test('beside a working worker no key is probed twice', async () => {
  const keys = await home.addKeys(5, 'slow');
  const worker = await home.startWorker();
  await eventually('all are under way', () => home.paidRequests(keys).every((count) => count === 1));
  // In this process: another may take longer to start than the probes to end.
  const written: string[] = [];
  expect(await probeOnce({ ...home, write: (text) => void written.push(text) })).toBe(0);
  expect(written.join('')).toMatch(/\n5 ok, 0 failing\n$/);
  expect(await worker.stop()).toBe(0);
  expect(home.paidRequests(keys)).toEqual([1, 1, 1, 1, 1]);
});

test('what a stopped worker left claimed in the queue is probed at once, not waited for', async () => {
  const keys = await home.addKeys(3);
  expect(await unscopedClaimDueProbes(home, { limit: 10, defaultIntervalSecs: 300 })).toHaveLength(3);
  const written: string[] = [];
  expect(await probeOnce({ ...home, write: (text) => void written.push(text) })).toBe(0);
  expect(written.join('')).toMatch(/\n3 ok, 0 failing\n$/);
  expect(home.paidRequests(keys)).toEqual([1, 1, 1]);
  expect(await home.books()).toMatchObject({ runs: 3, claims: 0 });
});

test('a label cannot write to the terminal more than its letters', async () => {
  await home.addKey('healthy', { label: 'red\u001B[31m\nacme' });
  const written: string[] = [];
  await probeOnce({ ...home, write: (text) => void written.push(text) });
  expect(written.join('')).toContain('red�[31m�acme');
});
