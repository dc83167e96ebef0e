import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newId } from '#core/ids.js';
import { createLogger } from '#core/logger.js';
import { openDatabase } from '#db/database.js';
import { openQueuePool } from '#db/open-queue-pool.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { createTestDatabase } from '#testing/test-database.js';
import { eventually } from '#testing/eventually.js';
import { startTestRedis } from '#testing/test-redis.js';
import { untilSomebodyWaits } from '#testing/until-somebody-waits.js';
import { newQueue, scheduleLock } from './bullmq.js';
import { jobPayloads } from './jobs.js';
import { migrateQueue } from './migrate-queue.js';
import { openQueues, type Queues } from './open-queues.js';
import type { QueueBackend } from './queue-backend.js';
import { type Processors, startWorkers } from './start-workers.js';

const redis = await startTestRedis();
afterAll(() => redis?.stop());

/** One for every job there is. */
function processorsOf(make: (name: string) => (payload: unknown) => Promise<void>): Processors {
  return Object.fromEntries(Object.keys(jobPayloads).map((name) => [name, make(name)])) as unknown as Processors;
}

interface TestBackend {
  backend: QueueBackend;
  /** Cuts every connection of the backend's clients, as a restart of its server does. */
  cut(): Promise<void>;
  /** Everything that the backend keeps, as text. */
  dump(): Promise<string>;
  close(): Promise<void>;
}

async function openPostgres(): Promise<TestBackend & { url: string }> {
  const { url, drop } = await createTestDatabase();
  const pool = openQueuePool({ url });
  const query = (sql: string) => withOwnerConnection(url, (owner) => owner.query<{ text: string }>(sql));
  return {
    url,
    backend: { kind: 'postgres', pool },
    async cut() {
      await query(`SELECT pg_terminate_backend(pid, 5000)::text FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    },
    async dump() {
      const { rows } = await query('SELECT to_jsonb(job)::text AS text FROM bullmq.job');
      return rows.map(({ text }) => text).join('\n');
    },
    async close() {
      await pool.end();
      await drop();
    },
  };
}

async function openRedis(): Promise<TestBackend> {
  const url = redis?.url ?? '';
  const client = new Redis(url);
  await client.flushall();
  return {
    backend: { kind: 'redis', url },
    cut: async () => void (await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')),
    dump: () => dumpRedis(client),
    close: async () => void (await client.quit()),
  };
}

async function dumpRedis(client: Redis): Promise<string> {
  const keys = await client.keys('*');
  const values = await Promise.all(
    keys.map(async (key) => `${key} ${(await client.dumpBuffer(key))?.toString('latin1')}`),
  );
  return values.join('\n');
}

const logged: string[] = [];
const logger = createLogger({ name: 'test', level: 'warn', destination: { write: (line) => void logged.push(line) } });

const backends = [
  { name: 'Postgres', open: openPostgres, absent: false },
  { name: 'Redis', open: openRedis, absent: redis === null },
];

describe.each(backends)('on $name', ({ open, absent }) => {
  describe.skipIf(absent)('jobs', () => {
    let store: TestBackend;
    let queues: Queues;
    let closing: (() => Promise<void>)[];
    const run = { tenantId: newId(), runIds: [newId(), newId()] };

    beforeEach(async () => {
      store = await open();
      queues = openQueues({ ...store, logger });
      closing = [queues.close];
      logged.length = 0;
    });
    afterEach(async () => {
      await Promise.all(closing.map((close) => close()));
      await store.close();
    });

    /** Consumes every queue and keeps what each processor got. */
    function consume(): { name: string; payload: unknown }[] {
      const seen: { name: string; payload: unknown }[] = [];
      const note = (name: string) => async (payload: unknown) => void seen.push({ name, payload });
      const processors = processorsOf(note);
      const concurrency = { probes: 5, imports: 1, schedules: 1 };
      closing.unshift(startWorkers({ ...store, logger, processors, concurrency }).close);
      return seen;
    }

    test('a job reaches the processor of its name with just its ids, once', async () => {
      const seen = consume();
      await queues.add('run-probes', [run]);
      await eventually('the job ran', () => seen.length > 0);
      await eventually('nothing is left', async () => (await queues.depth())['probes'] === 0);
      expect(seen).toEqual([{ name: 'run-probes', payload: run }]);
    });

    test.each([
      ['something beyond ids', { ...run, secret: 'sk-proj-canary' }],
      ['text in the place of an id', { ...run, runIds: ['sk-proj-canary'] }],
      ['no run', { ...run, runIds: [] }],
      ['more runs than a job may hold', { ...run, runIds: Array.from({ length: 101 }, () => newId()) }],
    ])('a payload with %s is refused, and nothing of it is kept', async (_, payload) => {
      await expect(queues.add('run-probes', [run, payload])).rejects.toThrow(/secret|runIds/);
      expect(await queues.depth()).toEqual({ probes: 0, imports: 0, schedules: 0 });
      expect(await store.dump()).not.toContain('canary');
    });

    test('a job that somebody else put there with another payload or name fails before anything of it runs', async () => {
      const intruder = newQueue(store.backend, 'probes', {});
      closing.unshift(() => intruder.close());
      await intruder.addBulk([
        { name: 'run-probes', data: { ...run, extra: 1 } },
        { name: 'run-probes', data: { tenantId: run.tenantId, runIds: [run.runIds[0], 'x'] } },
        { name: 'no-such-job', data: run },
        { name: 'constructor', data: run },
      ]);
      const seen = consume();
      await eventually('all have failed', () => logged.filter((line) => line.includes('job failed')).length === 4);
      await queues.add('run-probes', [run]);
      await eventually('a good one still runs', () => seen.length > 0);
      expect(seen).toEqual([{ name: 'run-probes', payload: run }]);
    });

    test('a schedule that many put again and again runs no more often, and its next run is not put off', async () => {
      const other = openQueues({ ...store, logger });
      closing.unshift(other.close);
      const seen = consume();
      const startedAt = Date.now();
      const count = (name: string) => seen.filter((job) => job.name === name).length;
      await eventually('five periods', async () => {
        await Promise.all(
          [queues, other].flatMap((one) => [
            one.repeat('sweep-probes', 400),
            one.repeat('maintain-database', 3_600_000),
          ]),
        );
        return count('sweep-probes') >= 5;
      });
      const periods = Math.ceil((Date.now() - startedAt) / 400);
      expect(count('sweep-probes')).toBeLessThanOrEqual(periods + 1);
      expect(count('maintain-database')).toBeLessThanOrEqual(1);
    });

    test('a schedule whose this and next run somebody else put at the same moment is kept, and so are both', async () => {
      const at = Date.now();
      const ids = [at, at + 400].map((slot) => `repeat:sweep-probes:${slot}`);
      const other = newQueue(store.backend, 'schedules', {});
      closing.unshift(() => other.close());
      await other.addBulk(ids.map((jobId) => ({ name: 'sweep-probes', data: {}, opts: { jobId } })));
      const clock = vi.spyOn(Date, 'now').mockReturnValue(at);
      await queues.repeat('sweep-probes', 400).finally(() => clock.mockRestore());
      expect(await queues.depth()).toEqual({ probes: 0, imports: 0, schedules: 2 });
      const kept = await store.dump();
      for (const id of ids) expect(kept).toContain(id);
    });

    test('after its connections were cut, a worker goes on by itself', async () => {
      const seen = consume();
      await queues.add('run-probes', [run]);
      await eventually('the first job ran', () => seen.length === 1);
      await store.cut();
      let isAdded = false;
      await eventually('a later job ran', async () => {
        if (!isAdded)
          isAdded = await queues.add('run-probes', [run]).then(
            () => true,
            () => false,
          );
        return seen.length > 1;
      });
      const once = { name: 'run-probes', payload: run };
      expect(seen.slice(0, 2)).toEqual([once, once]);
    });
  });
});

test.skipIf(redis === null)('an emptied Redis gets its schedule back from the next repeat', async () => {
  const store = await openRedis();
  const queues = openQueues({ ...store, logger });
  let sweeps = 0;
  const workers = startWorkers({
    ...store,
    logger,
    concurrency: { probes: 1, imports: 1, schedules: 1 },
    processors: { ...processorsOf(() => async () => undefined), 'sweep-probes': async () => void (sweeps += 1) },
  });
  await queues.repeat('sweep-probes', 200);
  await eventually('a sweep', () => sweeps > 0);
  const client = new Redis(redis?.url ?? '');
  await client.flushall();
  const before = sweeps;
  await queues.repeat('sweep-probes', 200);
  await eventually('further sweeps', () => sweeps >= before + 3);
  expect(await queues.depth()).toMatchObject({ probes: 0 });
  await Promise.all([workers.close(), client.quit()]);
  await queues.close();
  await store.close();
});

test.skipIf(redis === null)('a Redis that refuses the password is told in the log, without the password', async () => {
  const url = new URL(redis?.url ?? '');
  url.username = 'default';
  url.password = 'canary-password';
  const admin = new Redis(redis?.url ?? '');
  await admin.config('SET', 'requirepass', 'another');
  logged.length = 0;
  const queues = openQueues({ backend: { kind: 'redis', url: url.href }, logger });
  queues.depth().catch(() => undefined);
  await eventually('a line in the log', () => logged.length > 0);
  await admin.config('SET', 'requirepass', '');
  await Promise.all([queues.close(), admin.quit()]);
  expect(logged.join('')).toContain('WRONGPASS');
  expect(logged.join('')).not.toContain('canary');
});

test('many processes may bring the queue to its version at once, and what it makes is the queue role’s to use', async () => {
  const { url, drop } = await createTestDatabase();
  await withOwnerConnection(url, (owner) => owner.query('DROP SCHEMA bullmq CASCADE'));
  await Promise.all(Array.from({ length: 4 }, () => withOwnerConnection(url, migrateQueue)));
  const pool = openQueuePool({ url });
  const queues = openQueues({ backend: { kind: 'postgres', pool }, logger });
  await queues.add('sweep-probes', [{}]);
  expect(await queues.depth()).toEqual({ probes: 0, imports: 0, schedules: 1 });
  await queues.close();
  await pool.end();
  await drop();
});

test('a schedule that two put for the first time at once, on Postgres, is put once', async () => {
  const store = await openPostgres();
  const db = openDatabase({ url: store.url });
  const [one, other] = [openQueues({ ...store, logger }), openQueues({ ...store, logger })];
  await withOwnerConnection(store.url, async (owner) => {
    await owner.query('BEGIN');
    await owner.query('LOCK TABLE bullmq.scheduler IN SHARE MODE'); // seen by both, written by neither
    const first = one.repeat('maintain-database', 3_600_000);
    await untilSomebodyWaits(db);
    const second = other.repeat('maintain-database', 3_600_000);
    await untilSomebodyWaits(db, { atLeast: 2 });
    await owner.query('COMMIT');
    await Promise.all([first, second]);
  });
  expect(await one.depth()).toMatchObject({ schedules: 1 });
  await Promise.all([one.close(), other.close(), db.close()]);
  await store.close();
});

test('behind one that stands still while it puts a schedule nobody waits for ever, and the next try succeeds', async () => {
  const store = await openPostgres();
  const queues = openQueues({ ...store, logger });
  await withOwnerConnection(store.url, async (owner) => {
    await owner.query(`SELECT pg_advisory_lock(${scheduleLock})`);
    await expect(queues.repeat('maintain-database', 3_600_000)).rejects.toThrow('due to lock timeout');
  });
  await queues.repeat('maintain-database', 3_600_000);
  expect(await queues.depth()).toMatchObject({ schedules: 1 });
  await queues.close();
  await store.close();
});
