import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { request, type Server } from 'node:https';
import { connect as connectPlainly } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import express from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { createTestAuthority, type TestCertificate } from '#testing/test-certificate.js';
import { type CertificateFiles, followCertificate, readCertificateFiles } from './certificate.js';
import { drain, listen } from './listen.js';

const host = 'keys.example';
const authority = createTestAuthority('ours');
const silent = createLogger({ name: 'test', level: 'silent' });
let folder: string;
let files: CertificateFiles;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyledger-certificate-'));
  files = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  await write(authority.issue({ host }));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write({ certificate, key }: TestCertificate) {
  await writeFile(files.certificate, certificate);
  await writeFile(files.key, key);
}

describe('a server with a certificate', () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    const app = express().get('/', (_request, response) => void response.send('read'));
    const listening = await listen(app, { host: '127.0.0.1', port: 0, tls: { files, logger: silent } });
    server = listening.server as Server;
    port = listening.port;
  });
  afterEach(() => drain(server, 0));

  /** A connection that trusts our authority alone, or the code of why there is none. */
  async function open(options: ConnectionOptions = {}): Promise<TLSSocket | string> {
    const socket = connect({ host: '127.0.0.1', port, servername: host, ca: authority.certificate, ...options });
    const failed = once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code ?? '');
    return Promise.race([once(socket, 'secureConnect').then(() => socket), failed]);
  }

  async function read<T>(what: (socket: TLSSocket) => T, options?: ConnectionOptions): Promise<T | string> {
    const opened = await open(options);
    if (typeof opened === 'string') return opened;
    const found = what(opened);
    opened.destroy();
    return found;
  }
  const cipherOf = (options: ConnectionOptions) => read((socket) => socket.getCipher().name, options);
  const serialNumber = () => read((socket) => socket.getPeerCertificate().serialNumber);

  test('is known by it, and answers', async () => {
    const options = { host: '127.0.0.1', port, servername: host, ca: authority.certificate, headers: { host } };
    const [answer] = await once(request(options).end(), 'response');
    expect(answer.statusCode).toBe(200);
    answer.resume();
  });

  test('answers nothing over plain HTTP', async () => {
    const asked = get({ host: '127.0.0.1', port });
    await expect(once(asked, 'response')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('speaks TLS 1.2 and 1.3, and nothing older', async () => {
    const weak = { ciphers: 'DEFAULT@SECLEVEL=0', minVersion: 'TLSv1' } as const;
    expect(await open({ ...weak, maxVersion: 'TLSv1.1' })).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    expect(await cipherOf({ maxVersion: 'TLSv1.2' })).toBe('ECDHE-ECDSA-AES256-GCM-SHA384');
    expect(await cipherOf({})).toBe('TLS_AES_256_GCM_SHA384');
  });

  test('chooses the strongest of what a client offers, and nothing without authenticated encryption', async () => {
    const older = (ciphers: string) => cipherOf({ maxVersion: 'TLSv1.2', ciphers });
    expect(await older('ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384')).toBe(
      'ECDHE-ECDSA-AES256-GCM-SHA384',
    );
    expect(await older('ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA')).toMatch(/_ALERT_HANDSHAKE_FAILURE$/);
  });

  test('uses another certificate from when the files have it, and cuts no connection', async () => {
    const follow = followCertificate(server, files, { logger: silent });
    const before = await open();
    if (typeof before === 'string') throw new Error(before);
    const first = await serialNumber();
    follow();
    expect(await serialNumber()).toBe(first);

    await write(authority.issue({ host }));
    follow();
    expect(await serialNumber()).not.toBe(first);
    before.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const [answer] = (await once(before, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('keeps its certificate while a file is empty, as when it is just being written', async () => {
    const follow = followCertificate(server, files, { logger: silent });
    const first = await serialNumber();
    for (const text of [{ key: '' }, { certificate: '' }, { certificate: '', key: '' }]) {
      await write({ ...authority.issue({ host }), ...text });
      follow();
      expect(await serialNumber()).toBe(first);
    }
  });

  test('keeps its certificate while the files do not belong together, and says so once', async () => {
    const lines: string[] = [];
    const logger = createLogger({
      name: 'test',
      level: 'info',
      destination: { write: (line) => void lines.push(line) },
    });
    const follow = followCertificate(server, files, { logger });
    const first = await serialNumber();
    const next = authority.issue({ host });
    await writeFile(files.certificate, next.certificate);
    follow();
    follow();
    expect(await serialNumber()).toBe(first);
    expect(lines).toEqual([expect.stringContaining('the one before stays in use')]);

    await writeFile(files.key, next.key);
    follow();
    expect(await serialNumber()).not.toBe(first);
    expect(lines).toHaveLength(2);
  });
});

test('a server ends without those who connect and never shake hands, however long they may take', async () => {
  const patience = { headersMs: 600_000, requestMs: 600_000, silenceMs: 600_000, checkEveryMs: 1_000 };
  const at = { host: '127.0.0.1', port: 0, tls: { files, logger: silent } };
  const { server, port } = await listen(express(), at, patience);
  const accepted = once(server, 'connection');
  const mute = connectPlainly(port, '127.0.0.1').resume();
  const cut = once(mute, 'close');
  await accepted;
  await drain(server, 0);
  expect(await cut).toEqual([false]);
});

test.each([
  ['says nothing', ''],
  ['never finishes it, however steadily it writes', '\0'],
])('who is to shake hands and %s is cut off', async (_, piece) => {
  const patience = { headersMs: 300, requestMs: 600_000, silenceMs: 600_000, checkEveryMs: 50 };
  const at = { host: '127.0.0.1', port: 0, tls: { files, logger: silent } };
  const { server, port } = await listen(express(), at, patience);
  const socket = connectPlainly(port, '127.0.0.1').resume();
  // Writing to what the other side has closed fails, which is what is wanted here.
  socket.on('error', () => undefined);
  const cut = new Promise((resolve) => socket.once('close', resolve));
  // The beginning of a greeting of 16 KiB.
  if (piece !== '') socket.write(Buffer.from([0x16, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc, 3, 3]));
  const steadily = setInterval(() => socket.write(piece), 50);
  await cut;
  clearInterval(steadily);
  await drain(server, 0);
  expect(socket.destroyed).toBe(true);
});

test('without files nothing is read, and one of them alone is a fault', () => {
  const { certificate, key } = files;
  expect(readCertificateFiles({ TLS_CERT_FILE: '' })).toEqual({ files: null, faults: [] });
  expect(readCertificateFiles({ TLS_CERT_FILE: certificate, TLS_KEY_FILE: key })).toEqual({ files, faults: [] });
  expect(readCertificateFiles({ TLS_CERT_FILE: certificate }).faults).toEqual([
    'TLS_KEY_FILE: is required with TLS_CERT_FILE',
  ]);
  expect(readCertificateFiles({ TLS_KEY_FILE: key }).faults).toEqual(['TLS_CERT_FILE: is required with TLS_KEY_FILE']);
});

test('files that cannot be used are named, and nothing of them is told', async () => {
  const faults = (change: Partial<CertificateFiles> = {}) => {
    const { certificate, key } = { ...files, ...change };
    return readCertificateFiles({ TLS_CERT_FILE: certificate, TLS_KEY_FILE: key }).faults.join('\n');
  };
  expect(faults({ key: join(folder, 'none') })).toBe('TLS_KEY_FILE: the file it names cannot be read (ENOENT)');
  expect(faults({ certificate: files.key })).toMatch(/^TLS_CERT_FILE: cannot be used with TLS_KEY_FILE \(ERR_OSSL_/);
  await writeFile(files.key, authority.issue({ host }).key);
  expect(faults()).toMatch(/^TLS_CERT_FILE: .*KEY_VALUES_MISMATCH.*belongs to it\)$/);
  await writeFile(files.key, '');
  expect(faults()).toBe('TLS_KEY_FILE: the file it names is empty');
  await writeFile(files.key, 'canary');
  expect(faults()).toMatch(/^TLS_CERT_FILE: cannot be used/);
  expect(faults()).not.toContain('canary');
});
