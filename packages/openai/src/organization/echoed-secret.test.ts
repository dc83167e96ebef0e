import { expect, test } from 'vitest';
import { SecretString } from '#core/secret-string.js';
import type { Fetch } from '../guarded-fetch.js';
import { readAdminJson } from './read-admin-json.js';

const plaintext = `sk-admin-${'Ab3_x-yz'.repeat(7)}T3BlbkFJ${'Q9wE7rTu'.repeat(7)}`;
const secret = new SecretString(plaintext);
const clock = { now: () => new Date('2026-11-20T10:07:00Z') };

const answering =
  (body: string, headers: Record<string, string> = {}): Fetch =>
  () =>
    Promise.resolve(new Response(body, { headers: { 'content-type': 'application/json', ...headers } }));

test.each<[string, string]>([
  ['as it is', plaintext],
  ['in Base64', Buffer.from(`Bearer ${plaintext}`).toString('base64')],
  ['in hexadecimal', Buffer.from(plaintext).toString('hex')],
])('a good answer that has the key in it %s is read without it, wherever it stands', async (_how, echoed) => {
  const body = JSON.stringify({ name: `größe ${echoed}`, [echoed]: [{ line_item: echoed }], amount: 1.5 });
  const deps = { clock, fetch: answering(body) };
  const json = await readAdminJson(deps, { secret, baseUrl: 'http://127.0.0.1/v1' }, { path: '/x' });
  const text = JSON.stringify(json);
  for (const piece of [plaintext.slice(12, 40), echoed.slice(12, 40)]) expect(text).not.toContain(piece);
  expect(json).toMatchObject({ name: expect.stringMatching(/^größe .*\[redacted\]/), amount: 1.5 });
});

test('the name of the organization in the head of an answer is no way around', async () => {
  const told: string[] = [];
  const deps = { clock, fetch: answering('{}', { 'openai-organization': plaintext }) };
  const connection = { secret, baseUrl: 'http://127.0.0.1/v1', onOrganization: (name: string) => void told.push(name) };
  await readAdminJson(deps, connection, { path: '/x' });
  expect(told).toEqual(['[redacted]']);
});
