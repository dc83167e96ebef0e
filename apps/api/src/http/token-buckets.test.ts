import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createLogger } from '#core/logger.js';
import { eventually } from '#testing/eventually.js';
import { startTestRedis, type TestRedis } from '#testing/test-redis.js';
import { createFallbackTokenBuckets } from './fallback-token-buckets.js';
import { createInProcessTokenBuckets } from './in-process-token-buckets.js';
import { openRedisTokenBuckets, type RedisTokenBuckets } from './redis-token-buckets.js';
import type { BucketPolicy, TokenBuckets } from './token-buckets.js';

const logger = createLogger({ name: 'test', level: 'silent' });
const redis: TestRedis | null = await startTestRedis();
afterAll(() => redis?.stop());

const takeMany = async (buckets: TokenBuckets, count: number, policy: BucketPolicy, name = 'someone') =>
  Promise.all(Array.from({ length: count }, () => buckets.take(name, policy)));

/** The first takes may come before its connection is there. */
const untilConnected = (buckets: TokenBuckets) =>
  eventually('it is connected', () =>
    buckets.take('warm-up', { burst: 1, perMinute: 60 }).then(
      () => true,
      () => false,
    ),
  );

describe('in process', () => {
  let now = 0;
  const clock = { now: () => new Date(now) };
  const policy = { burst: 3, perMinute: 60 };

  test('a full bucket gives its burst and then refuses, naming the wait for one token', async () => {
    const buckets = createInProcessTokenBuckets({ clock });
    const takes = await takeMany(buckets, 4, policy);
    expect(takes.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ]);
    expect(takes[3]).toMatchObject({ nextTokenMs: 1000, fullMs: 3000 });
  });

  test('a token comes back at its millisecond and not before, and never more than the burst', async () => {
    const buckets = createInProcessTokenBuckets({ clock });
    await takeMany(buckets, 3, policy);
    now += 999;
    expect((await buckets.take('someone', policy)).allowed).toBe(false);
    now += 1;
    expect((await buckets.take('someone', policy)).allowed).toBe(true);
    expect((await buckets.take('someone', policy)).allowed).toBe(false);
    now += 3_600_000;
    expect((await takeMany(buckets, 4, policy)).filter(({ allowed }) => allowed)).toHaveLength(3);
  });

  test('after the wait that a refusal names there is a token, at odd rates as well', async () => {
    for (const perMinute of [7, 70, 601, 59_999]) {
      const buckets = createInProcessTokenBuckets({ clock });
      const odd = { burst: 1, perMinute };
      for (let round = 0; round < 50; round += 1) {
        expect((await buckets.take('odd', odd)).allowed).toBe(true);
        now += (await buckets.take('odd', odd)).nextTokenMs;
      }
    }
  });

  test('what is given back can be taken again, and a full bucket stays full', async () => {
    const buckets = createInProcessTokenBuckets({ clock });
    await buckets.giveBack('someone', policy);
    await takeMany(buckets, 3, policy);
    await buckets.giveBack('someone', policy);
    expect((await takeMany(buckets, 2, policy)).map(({ allowed }) => allowed)).toEqual([true, false]);
  });

  test('buckets have nothing to do with each other', async () => {
    const buckets = createInProcessTokenBuckets({ clock });
    await takeMany(buckets, 4, policy);
    expect((await buckets.take('someone else', policy)).remaining).toBe(2);
  });
});

describe.skipIf(redis === null)('in Redis', () => {
  let one: RedisTokenBuckets;
  let two: RedisTokenBuckets;
  const open = async () => {
    const buckets = openRedisTokenBuckets({ url: redis?.url ?? '', logger }, { answerWithinMs: 15_000 });
    await untilConnected(buckets);
    return buckets;
  };
  beforeAll(async () => {
    [one, two] = await Promise.all([open(), open()]);
  });
  afterAll(() => Promise.all([one.close(), two.close()]));

  test('two replicas together give exactly the burst, however parallel', async () => {
    const policy = { burst: 50, perMinute: 1 };
    const takes = (
      await Promise.all([takeMany(one, 60, policy, 'shared'), takeMany(two, 60, policy, 'shared')])
    ).flat();
    expect(takes.filter(({ allowed }) => allowed)).toHaveLength(50);
    expect(takes.at(-1)).toMatchObject({ allowed: false, remaining: 0 });
  });

  test('tokens come back with time, and what is given back counts', async () => {
    const policy = { burst: 1, perMinute: 600 };
    const first = await one.take('timed', policy);
    expect(first).toMatchObject({ allowed: true, remaining: 0 });
    await eventually('a token is back', async () => (await two.take('timed', policy)).allowed);
    const slow = { burst: 2, perMinute: 1 };
    await takeMany(one, 2, slow, 'returned');
    await two.giveBack('returned', slow);
    expect((await one.take('returned', slow)).allowed).toBe(true);
    expect(await one.take('returned', slow)).toMatchObject({ allowed: false, remaining: 0 });
  });

  test('while Redis is away each process limits by itself, no request fails, and it says so once', async () => {
    const own = await startTestRedis();
    const shared = openRedisTokenBuckets({ url: own?.url ?? '', logger });
    await untilConnected(shared);
    const warn = vi.spyOn(logger, 'warn');
    const clock = { now: () => new Date(0) };
    const local = createInProcessTokenBuckets({ clock });
    const buckets = createFallbackTokenBuckets({ shared, local, clock, logger });
    const policy = { burst: 5, perMinute: 1 };
    expect((await buckets.take('someone', policy)).remaining).toBe(4);

    await own?.stop();
    const takes = await takeMany(buckets, 6, policy);
    expect(takes.map(({ allowed }) => allowed)).toEqual([true, true, true, true, true, false]);
    expect(warn).toHaveBeenCalledTimes(1);
    await shared.close();
  });
});
