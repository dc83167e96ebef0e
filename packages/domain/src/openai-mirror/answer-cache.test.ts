import { describe, expect, test } from 'vitest';
import { createAnswerCache } from './answer-cache.js';
import type { AnswerStore } from './answer-store.js';

function createFakeClock() {
  let ms = Date.parse('2026-11-20T00:00:00Z');
  return { now: () => new Date(ms), advance: (by: number) => void (ms += by) };
}

/** A store that several processes share, as far as they can tell. */
function createSharedStore() {
  const values = new Map<string, string>();
  const claims = new Set<string>();
  const store: AnswerStore = {
    get: (key) => Promise.resolve(values.get(key) ?? null),
    set: (key, value) => Promise.resolve(void values.set(key, value)),
    claim(key) {
      if (claims.has(key)) return Promise.resolve(null);
      claims.add(key);
      return Promise.resolve(() => Promise.resolve(void claims.delete(key)));
    },
  };
  return { store, values, claims };
}

/** A fetch that ends when it is told to, and counts. */
function createFetch() {
  let settle: { resolve: (value: string) => void; reject: (error: Error) => void } | undefined;
  const promise = new Promise<string>((resolve, reject) => (settle = { resolve, reject }));
  const fetch = () => {
    fetch.count += 1;
    return promise;
  };
  fetch.count = 0;
  fetch.resolve = (value: string) => settle?.resolve(value);
  fetch.reject = (error: Error) => settle?.reject(error);
  return fetch;
}

describe('an answer', () => {
  test('is kept for an hour and not a moment longer', async () => {
    const clock = createFakeClock();
    const cache = createAnswerCache({ clock, store: createSharedStore().store });
    const fetch = (value: string) => () => Promise.resolve(value);
    expect(await cache.answer('k', fetch('a'))).toEqual({ value: 'a', from: 'miss', ageMs: 0 });
    clock.advance(3_599_999);
    expect(await cache.answer('k', fetch('b'))).toEqual({ value: 'a', from: 'hit', ageMs: 3_599_999 });
    clock.advance(1);
    expect(await cache.answer('k', fetch('c'))).toMatchObject({ value: 'c', from: 'miss' });
    expect(await cache.answer('other', fetch('d'))).toMatchObject({ value: 'd', from: 'miss' });
  });

  test('is fetched once for all who ask meanwhile, in every process', async () => {
    const { store } = createSharedStore();
    const clock = createFakeClock();
    const replicas = [createAnswerCache({ clock, store }), createAnswerCache({ clock, store })];
    const fetch = createFetch();
    const asked = replicas.flatMap((cache) => [cache.answer('k', fetch), cache.answer('k', fetch)]);
    await new Promise((resolve) => setImmediate(resolve));
    fetch.resolve('once');
    const answers = await Promise.all(asked);
    expect(fetch.count).toBe(1);
    expect(answers.map(({ value }) => value)).toEqual(['once', 'once', 'once', 'once']);
    expect(answers.map(({ from }) => from).sort()).toEqual(['hit', 'hit', 'hit', 'miss']);
  });

  test('that could not be fetched fails for those who waited, and is fetched anew by the next', async () => {
    const { store, values, claims } = createSharedStore();
    const cache = createAnswerCache({ clock: createFakeClock(), store });
    const fetch = createFetch();
    const asked = [cache.answer('k', fetch), cache.answer('k', fetch)];
    fetch.reject(new Error('away'));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([values.size, claims.size]).toEqual([0, 0]);
    expect(await cache.answer('k', () => Promise.resolve('there'))).toMatchObject({ value: 'there', from: 'miss' });
  });
});
