import { LRUCache } from 'lru-cache';
import type { AnswerStore } from '#domain/openai-mirror/answer-store.js';

const maxBytes = 32 * 1024 * 1024;
/** Of UTF-16, as a string is at most in memory. */
const bytesPerCharacter = 2;

/** Answers in the memory of this process: 32 MiB, what was used longest ago goes first. */
export function createInProcessAnswerStore(): AnswerStore {
  const answers = new LRUCache<string, string>({
    maxSize: maxBytes,
    sizeCalculation: (value, key) => (value.length + key.length) * bytesPerCharacter,
  });
  return {
    get: (key) => Promise.resolve(answers.get(key) ?? null),
    set(key, value, forMs) {
      answers.set(key, value, { ttl: forMs });
      return Promise.resolve();
    },
    // Who asks the same in this process has joined the first one already.
    claim: () => Promise.resolve(() => Promise.resolve()),
  };
}
