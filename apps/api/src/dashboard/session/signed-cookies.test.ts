import { createSecretKey, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { type CookiePurpose, createSignedCookies } from './signed-cookies.js';

const key = createSecretKey(randomBytes(32));
const now = new Date('2026-11-20T12:00:00Z');
const cookies = createSignedCookies({ key, clock: { now: () => now }, secure: false });
const claims = { sid: 'one' };

/** What is read of a cookie of this value that came in as `purpose`. */
const read = (value: string, purpose: CookiePurpose = 'session') =>
  cookies.read({ get: () => `keyledger_${purpose}=${value}` } as unknown as Request, purpose);

/** As ours are made, but for what is changed. */
function sign(change: { alg?: string; issuer?: string; audience?: string; expiresAt?: Date | null } = {}) {
  const {
    alg = 'HS256',
    issuer = 'keyledger-dashboard',
    audience = 'session',
    expiresAt = new Date(+now + 1000),
  } = change;
  const jwt = new SignJWT(claims).setProtectedHeader({ alg }).setIssuer(issuer).setAudience(audience);
  return (expiresAt ? jwt.setExpirationTime(expiresAt) : jwt).sign(key);
}

test('a cookie of ours is read for what it was written for, and for nothing else', async () => {
  expect(await read(await sign())).toMatchObject(claims);
  for (const purpose of ['visitor', 'flash', 'flow', 'tenant'] as const) {
    expect(await read(await sign(), purpose)).toBeNull();
    expect(await read(await sign({ audience: purpose }))).toBeNull();
  }
});

test.each([
  ['by another issuer with the same key', { issuer: 'somebody-else' }],
  ['in another way', { alg: 'HS384' }],
  ['for ever', { expiresAt: null }],
  ['until now', { expiresAt: now }],
])('a cookie that was signed %s is none', async (_how, change) => {
  expect(await read(await sign(change))).toBeNull();
});
