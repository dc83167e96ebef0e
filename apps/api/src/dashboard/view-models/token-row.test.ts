import { expect, test } from 'vitest';
import type { ListedAccessToken } from '#domain/access-tokens/list-access-tokens.js';
import { timeFormatFor } from '../format/format-time.js';
import { tokenRow } from './token-row.js';

const now = new Date('2026-11-23T02:30:00Z');

test.each([
  ['2026-11-30T02:30:00Z', 'Good until 30 Nov, 02:30'],
  ['2027-11-23T02:30:00Z', 'Good until 23 Nov 2027, 02:30'],
])('a token that ends at %s says: %s', (expiresAt, word) => {
  const token: ListedAccessToken = {
    id: '01a20564-5055-72d0-8b8a-72c6d0a2e011',
    name: 'ci',
    role: 'viewer',
    createdAt: now,
    createdBy: null,
    expiresAt: new Date(expiresAt),
    lastUsedAt: null,
    lastUsedAddress: null,
    revokedAt: null,
    replacesId: null,
    isReplaced: false,
  };
  expect(tokenRow({ token, isOwn: false, mayManage: true }, timeFormatFor('UTC'), now).state.word).toBe(word);
});
