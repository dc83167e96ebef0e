import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { compileSources } from '#testing/compile-sources.js';
import { eventually } from '#testing/eventually.js';
import { createTestAuthority } from '#testing/test-certificate.js';
import { startTestRedis } from '#testing/test-redis.js';
import { createWorkerInstallation, type WorkerInstallation } from '#testing/worker-installation.js';

const authority = createTestAuthority('the operator');
const certificate = authority.issue({ host: 'localhost' });
const redis = await startTestRedis({ certificate });
const strict = await startTestRedis({ certificate, clientsOf: authority.certificate });
let compiled: Awaited<ReturnType<typeof compileSources>>;
let home: WorkerInstallation;

beforeAll(async () => {
  compiled = await compileSources();
  await writeFile(join(compiled.folder, 'authority.pem'), authority.certificate);
  const ours = authority.issue({ host: 'worker' });
  await writeFile(join(compiled.folder, 'worker.crt'), ours.certificate);
  await writeFile(join(compiled.folder, 'worker.key'), ours.key, { mode: 0o600 });
  await writeFile(join(compiled.folder, 'stranger.pem'), createTestAuthority('a stranger').certificate);
});
beforeEach(async () => {
  home = await createWorkerInstallation(compiled.folder);
});
afterEach(() => home.close());
afterAll(async () => {
  await compiled.remove();
  await redis?.stop();
  await strict?.stop();
});

test('jobs go through a Redis over TLS whose certificate is trusted', async ({ skip }) => {
  if (!redis) skip();
  await home.addKeys(1);
  const worker = await home.startWorker({ REDIS_URL: redis?.url ?? '', NODE_EXTRA_CA_CERTS: 'authority.pem' });
  await home.untilRecorded(1);
  expect(worker.output()).toContain('"queue":"redis"');
});

test('and through one that wants to know ours, without a password', async ({ skip }) => {
  if (!strict) skip();
  await home.addKeys(1);
  const files = 'sslrootcert=authority.pem&sslcert=worker.crt&sslkey=worker.key';
  const worker = await home.startWorker({ REDIS_URL: `${strict?.url}?${files}` });
  await home.untilRecorded(1);
  expect(worker.output()).toContain('"queue":"redis"');
});

test('and none through one whose certificate nobody vouches for', async ({ skip }) => {
  if (!redis) skip();
  await home.addKeys(1);
  const worker = home.run({ REDIS_URL: redis?.url ?? '', NODE_EXTRA_CA_CERTS: 'stranger.pem' });
  await eventually('it says why', () => worker.output().includes('UNABLE_TO_VERIFY_LEAF_SIGNATURE'));
  expect(worker.output()).not.toContain('worker started');
  expect(await home.books()).toMatchObject({ runs: 0 });
});
