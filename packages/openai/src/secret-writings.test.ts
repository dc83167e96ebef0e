import { expect, test } from 'vitest';
import { secretWritings } from './secret-writings.js';

const plaintext = 'sk-proj-Ab3_x-yzT3BlbkFJq9Zw';

test('a secret is found in whatever text has it in Base64, wherever in that it begins and ends', () => {
  for (let before = 0; before < 6; before += 1) {
    for (let after = 0; after < 3; after += 1) {
      const text = Buffer.from('u'.repeat(before) + plaintext + '~'.repeat(after));
      for (const encoding of ['base64', 'base64url'] as const) {
        const written = text.toString(encoding);
        expect(secretWritings(plaintext).some((one) => written.includes(one))).toBe(true);
      }
    }
  }
});

test('no writing is short enough to be part of other text, and an empty secret has none', () => {
  expect(Math.min(...secretWritings(plaintext).map(({ length }) => length))).toBe(plaintext.length);
  expect(secretWritings('')).toEqual([]);
});
