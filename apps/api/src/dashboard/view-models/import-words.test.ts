import { expect, test } from 'vitest';
import { importProgress } from './import-words.js';

const at = new Date('2026-11-13T00:00:00Z');
const feed = { feed: 'images', knownFrom: at, knownTo: at, rows: 1, unknownResults: 0, percent: 100 };
const whole = { ...feed, isBackfilled: true, refusedAt: null };
const refused = { ...feed, isBackfilled: false, refusedAt: at, percent: 20 };
const open = { ...feed, isBackfilled: false, refusedAt: null, percent: 20 };

test.each([
  [[whole, whole], 'All history is read, back to 13 Nov 2026', true],
  [[whole, refused], 'All history that OpenAI tells is read; of 1 of 2 kinds it refused what is older', false],
  [[refused, open], 'History read back to 13 Nov 2026', false],
])('history is all there is only where OpenAI refused none of it (%#)', (feeds, words, isDone) => {
  expect(importProgress({ feeds, percent: 60 })).toMatchObject({ words, isDone });
});
