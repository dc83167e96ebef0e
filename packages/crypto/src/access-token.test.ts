import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createAccessToken, hashAccessToken, looksLikeAccessToken } from './access-token.js';

test('a new access token is recognised by its form, and is found again by its hash', () => {
  for (let count = 0; count < 500; count += 1) {
    const { token, hash } = createAccessToken();
    expect(token).toMatch(/^klt_[A-Za-z0-9_-]{43}_[0-9a-f]{6}$/);
    expect(looksLikeAccessToken(token)).toBe(true);
    expect(hashAccessToken(token)).toEqual(hash);
  }
});

test('no two access tokens are the same', () => {
  expect(new Set(Array.from({ length: 1000 }, () => createAccessToken().token)).size).toBe(1000);
});

test('the hash of any token, also of one that an operator chose, is its SHA-256', () => {
  for (const token of ['an-operator-chose-this-one-himself', 'ein Schlüssel mit Umlauten und mehr', '']) {
    expect(hashAccessToken(token)).toEqual(new Uint8Array(createHash('sha256').update(token).digest()));
  }
});

describe('does not look like an access token:', () => {
  const { token } = createAccessToken();
  const replaceAt = (at: number) => token.slice(0, at) + (token[at] === 'a' ? 'b' : 'a') + token.slice(at + 1);

  test('one with any character changed', () => {
    for (let at = 0; at < token.length; at += 1) expect(looksLikeAccessToken(replaceAt(at))).toBe(false);
  });

  test.each([
    ['an OpenAI key', `sk-proj-${'a'.repeat(48)}`],
    ['an empty text', ''],
    ['one cut short', token.slice(0, -1)],
    ['one with white space around it', ` ${token}`],
    ['one with a line after it', `${token}\n`],
    ['one inside a text', `token=${token}`],
  ])('%s', (_name, text) => {
    expect(looksLikeAccessToken(text)).toBe(false);
  });
});
