import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#core/clock.js';
import type { AnswerStore } from './answer-store.js';

/** How old an answer may be: nothing of the mirror is older, unless OpenAI does not answer. */
export const freshForMs = 3_600_000;
/** The longest that a fetch may take, and so how long the others wait for it. */
export const fetchWithinMs = 30_000;
const lookAgainMs = 100;

export interface Answered<Value> {
  value: Value;
  /** `miss`: fetched for this very question. */
  from: 'hit' | 'miss';
  ageMs: number;
}

export interface AnswerCache {
  /**
   * What is kept under `key` and at most an hour old, else what `fetch` brings, kept for the next. Whoever asks the same
   * meanwhile waits for that one fetch, here and, where the store is shared, in every replica. Nothing is kept of a fetch
   * that fails. `Value` has to survive JSON.
   */
  answer<Value>(key: string, fetch: () => Promise<Value>): Promise<Answered<Value>>;
}

interface Kept {
  fetchedAt: number;
  value: unknown;
}

export function createAnswerCache(deps: { clock: Clock; store: AnswerStore }): AnswerCache {
  const { clock, store } = deps;
  const underWay = new Map<string, Promise<Answered<unknown>>>();

  async function find(key: string): Promise<Answered<unknown> | null> {
    const text = await store.get(key);
    if (text === null) return null;
    const { fetchedAt, value } = JSON.parse(text) as Kept; // what `fetchAndKeep` wrote
    const ageMs = Math.max(0, clock.now().getTime() - fetchedAt);
    return ageMs < freshForMs ? { value, from: 'hit', ageMs } : null;
  }

  async function fetchAndKeep(key: string, fetch: () => Promise<unknown>): Promise<Answered<unknown>> {
    const fetchedAt = clock.now().getTime();
    const value = await fetch();
    await store.set(key, JSON.stringify({ fetchedAt, value } satisfies Kept), freshForMs);
    return { value, from: 'miss', ageMs: 0 };
  }

  async function findOrFetch(key: string, fetch: () => Promise<unknown>): Promise<Answered<unknown>> {
    const waitUntil = performance.now() + fetchWithinMs;
    for (;;) {
      const found = await find(key);
      if (found) return found;
      const giveBack = await store.claim(key, fetchWithinMs);
      if (giveBack) {
        try {
          // The holder before us may have ended between the two looks.
          return (await find(key)) ?? (await fetchAndKeep(key, fetch));
        } finally {
          await giveBack();
        }
      }
      if (performance.now() >= waitUntil) return fetchAndKeep(key, fetch);
      await delay(lookAgainMs);
    }
  }

  return {
    async answer<Value>(key: string, fetch: () => Promise<Value>) {
      const joined = underWay.get(key);
      if (joined) return { ...((await joined) as Answered<Value>), from: 'hit' };
      const asked = findOrFetch(key, fetch);
      underWay.set(key, asked);
      try {
        return (await asked) as Answered<Value>;
      } finally {
        underWay.delete(key);
      }
    },
  };
}
