import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { eventually } from '#testing/eventually.js';
import { createTestAuthority, type TestCertificate } from '#testing/test-certificate.js';
import { startTestRedis } from '#testing/test-redis.js';
import { inspectRedis } from './inspect-redis.js';
import { openQueues } from './open-queues.js';
import { tlsOfRedis } from './tls-of-redis.js';

const authority = createTestAuthority('the operator');
const stranger = createTestAuthority('a stranger');
const redis = await startTestRedis({
  certificate: authority.issue({ host: 'localhost' }),
  clientsOf: authority.certificate,
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyledger-redis-tls-'));
  await writeFile(fileOf('authority.crt'), authority.certificate);
});
afterAll(async () => {
  await redis?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The server ends the connection at once: mostly its word comes first, and sometimes just the end. */
const refusal = /certificate required|unknown ca|ECONNRESET/i;

const fileOf = (name: string) => join(folder, name);

/** Redis' address with a certificate of ours, under a name of its own, and how to replace the certificate. */
async function addressFor(name: string) {
  const url = new URL(redis?.url ?? '');
  const [sslcert, sslkey] = [fileOf(`${name}.crt`), fileOf(`${name}.key`)];
  for (const [key, file] of Object.entries({ sslrootcert: fileOf('authority.crt'), sslcert, sslkey })) {
    url.searchParams.set(key, file);
  }
  const writeCertificate = ({ certificate }: TestCertificate) => writeFile(sslcert, certificate);
  const writeKey = ({ key }: TestCertificate) => writeFile(sslkey, key, { mode: 0o600 });
  const valid = authority.issue({ host: name });
  await Promise.all([writeCertificate(valid), writeKey(valid)]);
  return { url: url.href, valid, writeCertificate, writeKey };
}

describe.skipIf(redis === null)('a Redis that asks for a certificate', () => {
  test('is told ours, and needs no password', async () => {
    const { url } = await addressFor('worker');
    expect(await inspectRedis(url)).toMatchObject({ version: expect.stringMatching(/^\d+\./) });
    const withoutOurs = new URL(url);
    withoutOurs.searchParams.delete('sslcert');
    withoutOurs.searchParams.delete('sslkey');
    await expect(inspectRedis(withoutOurs.href)).rejects.toThrow(refusal);
  });

  test('is itself checked: who vouches for it, and its name', async () => {
    const { url } = await addressFor('careful');
    const elsewhere = new URL(url);
    elsewhere.hostname = '127.0.0.1';
    await expect(inspectRedis(elsewhere.href)).rejects.toThrow(/does not match certificate's altnames/);
    const trusting = new URL(url);
    await writeFile(fileOf('stranger.crt'), stranger.certificate);
    trusting.searchParams.set('sslrootcert', fileOf('stranger.crt'));
    await expect(inspectRedis(trusting.href)).rejects.toThrow(/unable to verify|self.signed/i);
  });

  test('is told the renewed one at the next connection, and the one before while the files do not fit', async () => {
    const { url, valid, writeCertificate, writeKey } = await addressFor('renewed');
    const logged: string[] = [];
    const logger = createLogger({
      name: 'test',
      level: 'warn',
      destination: { write: (line) => void logged.push(line) },
    });
    const queues = openQueues({ backend: { kind: 'redis', url }, logger });
    const administration = await addressFor('administrator');
    const administrator = new Redis(administration.url, tlsOfRedis(administration.url));
    const cut = () => administrator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const empty = { probes: 0, imports: 0, schedules: 0 };
    const refused = stranger.issue({ host: 'renewed' });
    try {
      expect(await queues.depth()).toEqual(empty);
      await writeCertificate(refused);
      await cut();
      expect(await queues.depth()).toEqual(empty);
      logged.length = 0;
      await writeKey(refused);
      await cut();
      await eventually('the other one is refused', () => refusal.test(logged.join('')));
      await Promise.all([writeCertificate(valid), writeKey(valid)]);
      expect(await queues.depth()).toEqual(empty);
    } finally {
      await queues.close();
      administrator.disconnect();
    }
  });
});
