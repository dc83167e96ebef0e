import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAccessToken, hashAccessToken } from './access-token.js';

test('a new access token is recognised by its form and checksum, and is found again by its hash', () => {
  for (let count = 0; count < 500; count += 1) {
    const { token, hash } = createAccessToken();
    const [, body = '', checksum] = /^(klt_[A-Za-z0-9_-]{43})_([0-9a-f]{6})$/.exec(token) ?? [];
    expect(checksum).toBe(createHash('sha256').update(body).digest('hex').slice(0, 6));
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
