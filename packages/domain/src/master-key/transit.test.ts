import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '#testing/eventually.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { KeyManagementAwayError } from './key-management-service.js';
import { readKeyManagement } from './read-key-management.js';
import { readMasterKeys } from './read-master-keys.js';

/** As the published API of the transit engine says: paths, headers, bodies and statuses; words of errors as in OpenBao's source. */
function createTransitServer(token: string): { server: Server; state: { sealed: boolean; calls: number } } {
  const key = randomBytes(32);
  const state = { sealed: false, calls: 0 };
  const answer = (response: ServerResponse, status: number, body: object) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    state.calls += 1;
    const body = (await json(request)) as { plaintext?: string; ciphertext?: string };
    const [, verb, name] = /^\/v1\/transit\/(encrypt|decrypt)\/([^/?]+)$/.exec(request.url ?? '') ?? [];
    if (state.sealed) return answer(response, 503, { errors: ['Vault is sealed'] });
    if (request.headers['x-vault-token'] !== token) return answer(response, 403, { errors: [invalidToken] });
    if (verb === undefined || !['POST', 'PUT'].includes(request.method ?? '')) {
      const route = request.url?.replace('/v1/', '');
      return answer(response, 404, { errors: [`no handler for route "${route}". route entry not found.`] });
    }
    if (name !== 'keyledger') return answer(response, 400, { errors: ['encryption key not found'] });
    if (verb === 'encrypt') {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = [nonce, cipher.update(Buffer.from(body.plaintext ?? '', 'base64')), cipher.final()];
      const ciphertext = `vault:v1:${Buffer.concat([...sealed, cipher.getAuthTag()]).toString('base64')}`;
      return answer(response, 200, { request_id: '1', lease_id: '', data: { ciphertext, key_version: 1 } });
    }
    const bytes = Buffer.from((body.ciphertext ?? '').replace('vault:v1:', ''), 'base64');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
      decipher.setAuthTag(bytes.subarray(-16));
      const plaintext = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('base64');
      return answer(response, 200, { request_id: '2', data: { plaintext } });
    } catch {
      return answer(response, 400, { errors: ['cipher: message authentication failed'] });
    }
  };
  return { server: createServer((request, response) => void handle(request, response)), state };
}

const token = 'hvs.token-of-this-test';
const invalidToken = '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n';
let transit: ReturnType<typeof createTransitServer>;
let folder: string;
let environment: Record<string, string>;

beforeEach(async () => {
  transit = createTransitServer(token);
  transit.server.listen(0, '127.0.0.1');
  await once(transit.server, 'listening');
  folder = await mkdtemp(join(tmpdir(), 'keyledger-kms-'));
  await writeFile(join(folder, 'token'), `${token}\n`);
  environment = {
    MASTER_KEY_KMS_URL: `http://127.0.0.1:${(transit.server.address() as AddressInfo).port}`,
    MASTER_KEY_KMS_KEY: 'keyledger',
    MASTER_KEY_KMS_TOKEN_FILE: join(folder, 'token'),
  };
});
afterEach(async () => {
  transit.server.closeAllConnections();
  transit.server.close();
  await rm(folder, { recursive: true, force: true });
});

const key = generateMasterKey();
const { id } = parseMasterKey(key);

test('a wrapped master key is given in place of the key, and unwrapped once', async () => {
  const wrapped = await readKeyManagement(environment).wrap(key);
  expect(wrapped).toMatch(/^vault:v1:/);
  expect(Buffer.from(wrapped.slice(9), 'base64').includes(key)).toBe(false);
  const other = generateMasterKey();
  transit.state.calls = 0;
  const { ring } = await readMasterKeys({ ...environment, MASTER_KEY: wrapped, MASTER_KEY_PREVIOUS: other });
  expect(ring?.primary.id).toBe(id);
  expect(ring?.find(parseMasterKey(other).id)).not.toBeNull();
  expect(ring?.find('0123456789abcdef')).toBeNull();
  expect(transit.state.calls).toBe(1);

  await writeFile(join(folder, 'wrapped'), `${wrapped}\n`);
  const fromFile = await readMasterKeys({ ...environment, MASTER_KEY_FILE: join(folder, 'wrapped') });
  expect(fromFile.ring?.primary.id).toBe(id);
});

test.each([
  ['no service', { MASTER_KEY_KMS_URL: '' }, /^MASTER_KEY_KMS_URL: is required/],
  ['no key name', { MASTER_KEY_KMS_KEY: '' }, /^MASTER_KEY_KMS_KEY: is required/],
  ['no token', { MASTER_KEY_KMS_TOKEN_FILE: '/nowhere' }, /^MASTER_KEY_KMS_TOKEN_FILE: .* cannot be read/],
  ['an address that is none', { MASTER_KEY_KMS_URL: 'bao:8200/x' }, /^MASTER_KEY_KMS_URL: must be a URL/],
  ['a service that is asked without TLS', { MASTER_KEY_KMS_URL: 'http://bao.internal:8200' }, /must be a URL: https:/],
  ['certificates that nobody checks', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, /^NODE_TLS_REJECT_UNAUTHORIZED: must not/],
  ['a name that only begins like loopback', { MASTER_KEY_KMS_URL: 'http://localhost.evil' }, /must be a URL: https:/],
  ['another key', { MASTER_KEY_KMS_KEY: 'other' }, /refuses key “other” \(HTTP 400: encryption key not found\)/],
  ['another mount', { MASTER_KEY_KMS_MOUNT: 'kv' }, /\(HTTP 404: no handler for route "kv\/decrypt\/keyledger"/],
])('%s is a fault that says what to change', async (_what, change, fault) => {
  const wrapped = await readKeyManagement(environment).wrap(key);
  const { faults } = await readMasterKeys({ ...environment, MASTER_KEY: wrapped, ...change });
  expect(faults).toEqual([expect.stringMatching(fault)]);
});

test('a token that may not, and a ciphertext that was altered, are refused without being repeated', async () => {
  const wrapped = await readKeyManagement(environment).wrap(key);
  const altered = wrapped.replace(/.{4}$/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA'));
  const { faults } = await readMasterKeys({ ...environment, MASTER_KEY: altered });
  expect(faults[0]).toMatch(/HTTP 400: cipher: message authentication failed/);
  await writeFile(join(folder, 'token'), 'hvs.another');
  const refused = await readMasterKeys({ ...environment, MASTER_KEY: wrapped });
  expect(refused.faults[0]).toMatch(/\(HTTP 403: 2 errors occurred: \* permission denied \* invalid token\)$/);
  expect(refused.faults[0]).not.toMatch(/hvs\./);
});

test('a service that is sealed or away is no fault of the configuration: starting again may do', async () => {
  const wrapped = await readKeyManagement(environment).wrap(key);
  transit.state.sealed = true;
  await expect(readMasterKeys({ ...environment, MASTER_KEY: wrapped })).rejects.toThrow(KeyManagementAwayError);
  transit.server.closeAllConnections();
  transit.server.close();
  await once(transit.server, 'close');
  await expect(readMasterKeys({ ...environment, MASTER_KEY: wrapped })).rejects.toThrow(/does not answer/);
});

test('a name of a key is one part of the path, whatever it holds', async () => {
  const asked: (string | undefined)[] = [];
  transit.server.prependListener('request', ({ url }: IncomingMessage) => void asked.push(url));
  const service = readKeyManagement({ ...environment, MASTER_KEY_KMS_KEY: '../../sys/seal?x' });
  await expect(service.wrap(key)).rejects.toThrow(/HTTP 400/);
  expect(asked).toEqual(['/v1/transit/encrypt/..%2F..%2Fsys%2Fseal%3Fx']);
});

function* endlessSpace(): Generator<string> {
  for (;;) yield ' '.repeat(16_384);
}

test('an answer that does not end is not read to its end', async () => {
  const wrapped = await readKeyManagement(environment).wrap(key);
  let isLeft = false;
  transit.server.removeAllListeners('request');
  transit.server.on('request', (_request, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    pipeline(endlessSpace(), response, () => (isLeft = true));
  });
  const { faults } = await readMasterKeys({ ...environment, MASTER_KEY: wrapped });
  expect(faults).toEqual(['MASTER_KEY_KMS_URL: what answers there is no transit engine']);
  await eventually('it is left', () => isLeft);
});

test('a redirect is not followed, as it would carry the token elsewhere', async () => {
  const wrapped = await readKeyManagement(environment).wrap(key);
  let carried = false;
  const elsewhere = createServer((_request, response) => {
    carried = true;
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  const { port } = elsewhere.address() as AddressInfo;
  transit.server.removeAllListeners('request');
  transit.server.on('request', (_request, response: ServerResponse) =>
    response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end(),
  );
  await expect(readMasterKeys({ ...environment, MASTER_KEY: wrapped })).rejects.toThrow(/does not answer/);
  expect(carried).toBe(false);
  elsewhere.close();
});
