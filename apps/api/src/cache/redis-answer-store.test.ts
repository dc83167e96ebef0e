import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#core/clock.js';
import { createLogger } from '#core/logger.js';
import { createAnswerCache } from '#domain/openai-mirror/answer-cache.js';
import { eventually } from '#testing/eventually.js';
import { startTestRedis, type TestRedis } from '#testing/test-redis.js';
import { openRedisAnswerStore, type RedisAnswerStore } from './redis-answer-store.js';

const logger = createLogger({ name: 'test', level: 'silent' });
const redis: TestRedis | null = await startTestRedis();
const open = (url: string) => openRedisAnswerStore({ url, clock: systemClock, logger });

describe.skipIf(!redis)('answers in Redis', () => {
  let stores: RedisAnswerStore[] = [];
  beforeAll(async () => {
    stores = [open(redis?.url ?? ''), open(redis?.url ?? '')];
    // Connected once it answers anything.
    await eventually('both stores are connected', async () => {
      return (await Promise.all(stores.map((store) => isThere(store)))).every(Boolean);
    });
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await redis?.stop();
  });

  async function isThere(store: RedisAnswerStore): Promise<boolean> {
    await store.set('ping', 'pong', 60_000);
    return (await store.get('ping')) === 'pong';
  }

  test('are shared by all replicas, and fetched once', async () => {
    let tries = 0;
    let noteAllTried = () => {};
    const everyReplicaTried = new Promise<void>((resolve) => (noteAllTried = resolve));
    const caches = stores.map((store) => {
      const claim: RedisAnswerStore['claim'] = async (...asked) => {
        const claimed = await store.claim(...asked);
        tries += 1;
        if (tries === stores.length) noteAllTried();
        return claimed;
      };
      return createAnswerCache({ clock: systemClock, store: { ...store, claim } });
    });
    let fetches = 0;
    const fetch = async () => {
      fetches += 1;
      await everyReplicaTried; // so that the others have found the claim
      return { costs: ['0.000000000001'] };
    };
    const answers = await Promise.all(
      caches.flatMap((cache) => [cache.answer('t:o:x', fetch), cache.answer('t:o:x', fetch)]),
    );
    expect(fetches).toBe(1);
    expect(answers.map(({ from }) => from).sort()).toEqual(['hit', 'hit', 'hit', 'miss']);
    expect(answers.map(({ value }) => value)).toEqual(answers.map(() => ({ costs: ['0.000000000001'] })));
  });

  test('take no more room than is theirs, however many are asked for: those that end first make place', async () => {
    const mostBytes = 64 * 1024;
    const small = openRedisAnswerStore({ url: redis?.url ?? '', clock: systemClock, logger, mostBytes });
    await eventually('it is connected', () => isThere(small));
    const text = 'é'.repeat(5_000);
    for (let count = 0; count < 30; count += 1) await small.set(`question-${count}`, text, 600_000 + count);
    const found = await Promise.all(Array.from({ length: 30 }, (_, count) => small.get(`question-${count}`)));
    const kept = found.flatMap((value, count) => (value === null ? [] : [count]));
    expect(kept).toEqual([24, 25, 26, 27, 28, 29]);
    for (let count = 0; count < 200; count += 1) await small.set(`tiny-${count}`, '', 600_000);
    const tiny = await Promise.all(Array.from({ length: 200 }, (_, count) => small.get(`tiny-${count}`)));
    expect(tiny.filter((value) => value !== null).length).toBeLessThanOrEqual(128);
    await small.set('too large', 'x'.repeat(mostBytes), 600_000);
    expect(await small.get('too large')).toBeNull();
    expect(await small.get('tiny-199')).toBe('');
    await small.close();
  });

  test('are counted for as long as they last, whatever ends before them', async () => {
    const small = openRedisAnswerStore({ url: redis?.url ?? '', clock: systemClock, logger, mostBytes: 64 * 1024 });
    await eventually('it is connected', () => isThere(small));
    const fill = async (name: string) => {
      for (let count = 0; count < 6; count += 1) await small.set(`${name}-${count}`, 'x'.repeat(10_000), 600_000);
    };
    await fill('before');
    await small.set('short', '', 1);
    await eventually('it has ended', async () => (await small.get('short')) === null);
    await fill('after');
    const found = await Promise.all([0, 1, 2, 3, 4, 5].map((count) => small.get(`before-${count}`)));
    expect(found.filter((value) => value !== null)).toEqual([]);
    await small.close();
  });

  test('can be claimed by one at a time, who gives back only what is theirs', async () => {
    const [one, two] = stores;
    const late = await one?.claim('c', 30);
    await eventually('it has ended', async () => (await two?.claim('c', 60_000)) !== null);
    await late?.();
    expect(await one?.claim('c', 60_000)).toBeNull();
  });
});

test('without Redis nothing is kept, and everybody may fetch', async () => {
  const store = open('redis://127.0.0.1:1');
  const cache = createAnswerCache({ clock: systemClock, store });
  const fetch = () => Promise.resolve('fetched');
  expect(await cache.answer('k', fetch)).toMatchObject({ value: 'fetched', from: 'miss' });
  expect(await cache.answer('k', fetch)).toMatchObject({ value: 'fetched', from: 'miss' });
  await store.close();
});
