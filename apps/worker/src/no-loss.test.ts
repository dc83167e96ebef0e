import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compileSources } from '#testing/compile-sources.js';
import { dumpDatabase } from '#testing/dump-database.js';
import { eventually } from '#testing/eventually.js';
import { dumpRedis, emptyRedis } from '#testing/redis-contents.js';
import { startTestRedis } from '#testing/test-redis.js';
import { createWorkerInstallation, type WorkerInstallation } from '#testing/worker-installation.js';

const redis = await startTestRedis();
let compiled: Awaited<ReturnType<typeof compileSources>>;
let home: WorkerInstallation;

beforeAll(async () => {
  compiled = await compileSources();
});
beforeEach(async () => {
  home = await createWorkerInstallation(compiled.folder, { slowMs: 2_000 });
});
afterEach(() => home.close());
afterAll(async () => {
  await redis?.stop();
  await compiled.remove();
});

describe.each([
  { name: 'Postgres', environment: {}, absent: false },
  { name: 'Redis', environment: { REDIS_URL: redis?.url ?? '' }, absent: redis === null },
])('with the queue on $name', ({ environment, absent }) => {
  describe.skipIf(absent)('workers', () => {
    beforeEach(async () => {
      if (environment.REDIS_URL) await emptyRedis(environment.REDIS_URL);
    });

    test('two workers probe 200 due keys once each, and leave no secret behind', async () => {
      const keys = await home.addKeys(200);
      const workers = await Promise.all([home.startWorker(environment), home.startWorker(environment)]);
      await home.untilRecorded(200);
      expect(await Promise.all(workers.map((worker) => worker.stop()))).toEqual([0, 0]);
      expect(home.paidRequests(keys)).toEqual(keys.map(() => 1));
      expect(await home.books()).toEqual({
        runs: 200,
        runsInSums: 200,
        usageRecords: 200,
        usageInSums: 200,
        claims: 0,
      });

      const queued = environment.REDIS_URL ? await dumpRedis(environment.REDIS_URL) : '';
      const left = [await dumpDatabase(home.url), queued, ...workers.map(({ output }) => output())].join('\n');
      expect(left).toContain('run-probes');
      for (const { secret } of keys) {
        const bytes = Buffer.from(secret);
        for (const form of [secret, bytes.toString('hex'), bytes.toString('base64')]) {
          expect(left.includes(form)).toBe(false);
        }
      }
    });

    test('a worker killed in the middle of its probes loses none and books none twice', async () => {
      const keys = [...(await home.addKeys(5, 'slow')), ...(await home.addKeys(2, 'hang'))];
      const env = { ...environment, PROBE_DEADLINE_MS: '4000' };
      const victim = await home.startWorker(env);
      await eventually('all are under way', () => home.paidRequests(keys).every((count) => count === 1));
      victim.child.kill('SIGKILL');
      expect(await victim.exited).toBe('SIGKILL');
      expect(await home.books()).toMatchObject({ runs: 0, usageRecords: 0, claims: 7 });

      await home.startWorker(env);
      // As the clock would in less than a minute: the leases of what nobody finished run out.
      await home.db.unscoped.probeClaim.updateMany({ data: { leaseExpiresAt: new Date(Date.now() - 1) } });
      await home.untilRecorded(7);
      expect(home.paidRequests(keys)).toEqual(keys.map(() => 2));
      expect(await home.books()).toEqual({ runs: 7, runsInSums: 7, usageRecords: 5, usageInSums: 5, claims: 0 });
    });
  });
});
