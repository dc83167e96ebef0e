import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { createLogoutTokenReader } from './create-logout-token-reader.js';

// Times, keys and faults of the provider; what a token has to say is that of `provider-sign-out.test.ts`.
const issuer = 'https://id.example.test';
const provider = { issuer, jwks_uri: `${issuer}/keys` };
const begun = Date.parse('2026-11-20T12:00:00Z');
const clientId = 'keyledger';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let own: Keys;
let next: Keys;
let published: JWK;
beforeAll(async () => {
  [own, next] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')];
  published = { ...(await exportJWK(own.publicKey)), kid: 'own' };
});

let nowMs: number;
let asked: string[];
/** What the provider answers to who asks for its keys. */
let answer: () => Response;
let read: ReturnType<typeof createLogoutTokenReader>;
beforeEach(() => {
  nowMs = begun;
  asked = [];
  answer = () => Response.json({ keys: [published] });
  const fetch = (url: string | URL | Request) => {
    asked.push(new URL(new Request(url).url).pathname);
    return new Promise<Response>((resolve) => resolve(answer()));
  };
  read = createLogoutTokenReader({ fetch, clock: { now: () => new Date(nowMs) } }, clientId);
});

function sign(claims: JWTPayload = {}, { by = own.privateKey, kid = 'own' } = {}): Promise<string> {
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  return new SignJWT({ iss: issuer, aud: clientId, iat: begun / 1000, jti: 'one', sub: 'ann', events, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'logout+jwt', kid })
    .sign(by);
}

const refusal = { code: 'invalid-request' };

test.each([-30, 150])('%i s after it was made a token counts', async (secs) => {
  const token = await sign();
  nowMs += secs * 1000;
  expect(await read(provider, token)).toEqual({ issuer, subject: 'ann' });
});

test.each([-31, 151])('%i s after it was made a token is refused', async (secs) => {
  const token = await sign();
  nowMs += secs * 1000;
  await expect(read(provider, token)).rejects.toMatchObject(refusal);
});

test.each<[what: string, claims: JWTPayload]>([
  ['names nobody', { sub: '' }],
  ['names somebody with what no text may have', { sub: 'ann\0' }],
  ['says of the event no more than yes', { events: { 'http://schemas.openid.net/event/backchannel-logout': true } }],
  ['is of a sign-in without a number', { nonce: null }],
])('a token that %s is refused', async (_what, claims) => {
  await expect(read(provider, await sign(claims))).rejects.toMatchObject(refusal);
});

test('keys are asked for once, whatever keys tokens name', async () => {
  await read(provider, await sign());
  for (let n = 0; n < 5; n += 1) {
    await expect(read(provider, await sign({}, { kid: `of nobody ${n}` }))).rejects.toMatchObject(refusal);
  }
  expect(asked).toEqual(['/keys']);
});

test('a key that the provider shares with its clients signs nothing', async () => {
  const secret = new TextEncoder().encode('a secret of thirty-two characters');
  answer = () => Response.json({ keys: [{ kty: 'oct', kid: 'own', k: Buffer.from(secret).toString('base64url') }] });
  const signed = new SignJWT({}).setProtectedHeader({ alg: 'HS256', typ: 'logout+jwt', kid: 'own' }).sign(secret);
  await expect(read(provider, await signed)).rejects.toMatchObject(refusal);
});

test('a provider that moves its keys is asked where they are', async () => {
  await read(provider, await sign());
  const moved = await exportJWK(next.publicKey);
  answer = () => Response.json({ keys: [{ ...moved, kid: 'own' }] });
  const there = { issuer, jwks_uri: `${issuer}/elsewhere` };
  await expect(read(there, await sign())).rejects.toMatchObject(refusal);
  expect(await read(there, await sign({}, { by: next.privateKey }))).toMatchObject({ subject: 'ann' });
  expect(asked).toEqual(['/keys', '/elsewhere']);
});

/** As the platform says that a deadline is over. */
const timeout = () => {
  throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
};

test.each<[how: string, answer: () => Response]>([
  ['do not come', timeout],
  ['cannot be had', () => new Response(null, { status: 503 })],
  ['are elsewhere', () => Response.redirect(`${issuer}/elsewhere`, 302)],
  ['are a page', () => new Response('<html></html>')],
  ['are none', () => Response.json({})],
])('no token is to blame for keys that %s', async (_how, faulty) => {
  answer = faulty;
  await expect(read(provider, await sign())).rejects.not.toMatchObject(refusal);
  expect(asked).toEqual(['/keys']);
});

test('no token is to blame for a provider that names no keys', async () => {
  await expect(read({ issuer }, await sign())).rejects.not.toMatchObject(refusal);
});

test.each([
  ['answer', timeout],
  ['have them', () => new Response(null, { status: 503 })],
])('a provider that does not %s is left alone for five seconds, however many tokens come', async (_what, faulty) => {
  answer = faulty;
  const token = await sign();
  for (let n = 0; n < 5; n += 1) await expect(read(provider, token)).rejects.not.toMatchObject(refusal);
  answer = () => Response.json({ keys: [published] });
  nowMs += 4_999;
  await expect(read(provider, token)).rejects.not.toMatchObject(refusal);
  expect(asked).toHaveLength(1);
  nowMs += 1;
  expect(await read(provider, token)).toMatchObject({ subject: 'ann' });
});
