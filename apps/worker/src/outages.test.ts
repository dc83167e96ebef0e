import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { unscopedSweepProbes } from '#domain/probes/unscoped-sweep-probes.js';
import { openQueues } from '#queue/open-queues.js';
import { compileSources } from '#testing/compile-sources.js';
import { eventually } from '#testing/eventually.js';
import { emptyRedis } from '#testing/redis-contents.js';
import { severable } from '#testing/severable-server.js';
import { startTestRedis } from '#testing/test-redis.js';
import { createWorkerInstallation, type WorkerInstallation } from '#testing/worker-installation.js';

const redis = await startTestRedis();
const redisUrl = redis?.url ?? '';
let compiled: Awaited<ReturnType<typeof compileSources>>;
let home: WorkerInstallation;

beforeAll(async () => {
  compiled = await compileSources();
});
beforeEach(async () => {
  home = await createWorkerInstallation(compiled.folder);
});
afterEach(() => home.close());
afterAll(async () => {
  await redis?.stop();
  await compiled.remove();
});

const ones = (count: number) => Array.from({ length: count }, () => 1);

describe.each([
  { lost: 'Postgres', absent: false, variable: 'DATABASE_URL' },
  { lost: 'Redis', absent: redis === null, variable: 'REDIS_URL' },
])('a worker that loses $lost', ({ absent, variable }) => {
  test.skipIf(absent)(
    'goes on by itself when it is back, and probes what became due meanwhile once',
    async () => {
      const server = await severable(variable === 'REDIS_URL' ? redisUrl : home.url);
      const before = await home.addKeys(10);
      const worker = await home.startWorker({ [variable]: server.url });
      await home.untilRecorded(10);
      await server.sever();
      const meanwhile = await home.addKeys(10);
      await eventually('the loss is noticed', () => worker.output().includes('queue connection'));
      await server.restore();
      // Up to ten seconds until schedules are put back, where the very answer that brought a sweep was lost.
      await home.untilRecorded(20);
      expect(await worker.stop()).toBe(0);
      await server.sever();
      expect(home.paidRequests([...before, ...meanwhile])).toEqual(ones(20));
    },
    240_000,
  );

  test.skipIf(absent)('ends within ten seconds on SIGTERM while it is away', async () => {
    const server = await severable(variable === 'REDIS_URL' ? redisUrl : home.url);
    const worker = await home.startWorker({ [variable]: server.url });
    await server.sever();
    await eventually('the loss is noticed', () => worker.output().includes('queue connection'));
    const startedAt = Date.now();
    expect(await worker.stop()).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });
});

test.skipIf(redis === null)(
  'keys whose queue is emptied, before or while a worker runs, are probed once',
  async () => {
    const early = await home.addKeys(50);
    const queues = openQueues({ backend: { kind: 'redis', url: redisUrl }, logger: home.logger });
    await unscopedSweepProbes({ ...home, queues }, { defaultIntervalSecs: 300 });
    expect(await queues.depth()).toMatchObject({ probes: 3 });
    await queues.close();
    await emptyRedis(redisUrl);

    const worker = await home.startWorker({ REDIS_URL: redisUrl });
    await letUnbegunLeasesRunOut();
    await home.untilRecorded(50);
    const late = await home.addKeys(50);
    await emptyRedis(redisUrl);
    await letUnbegunLeasesRunOut();
    await home.untilRecorded(100);
    expect(await worker.stop()).toBe(0);
    expect(home.paidRequests([...early, ...late])).toEqual(ones(100));
    expect(await home.books()).toMatchObject({ runs: 100, runsInSums: 100, claims: 0 });
  },
  240_000,
);

/** As the clock would in a minute: what waits in the queue for too long is offered again. */
async function letUnbegunLeasesRunOut(): Promise<void> {
  await home.db.unscoped.probeClaim.updateMany({
    where: { startedAttempts: 0 },
    data: { leaseExpiresAt: new Date(Date.now() - 1) },
  });
}
