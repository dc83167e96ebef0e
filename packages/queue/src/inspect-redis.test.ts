import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRedis, type TestRedis } from '#testing/test-redis.js';
import { inspectRedis } from './inspect-redis.js';

let redis: TestRedis | null;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.stop());

test('a Redis tells its version and what it does when it is full', async ({ skip }) => {
  if (!redis) skip();
  expect(await inspectRedis(redis?.url ?? '')).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    evictionPolicy: 'noeviction',
  });
});

test('a Redis that is not there is refused at once, and nobody goes on to try', async () => {
  const began = performance.now();
  await expect(inspectRedis('redis://127.0.0.1:1')).rejects.toThrow(/closed|ECONNREFUSED/);
  expect(performance.now() - began).toBeLessThan(3_000);
});
