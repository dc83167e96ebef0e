import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { createTestAuthority } from '#testing/test-certificate.js';
import { createTestDatabase } from '#testing/test-database.js';
import { runTestCommand } from '#testing/run-test-command.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { backup } from './backup.js';
import { doctor } from './doctor.js';
import { restore } from './restore.js';

let home: TestInstallation;
let empty: { url: string; drop(): Promise<void> };
let folder: string;
let file: string;
beforeAll(async () => {
  home = await createTestInstallation();
  await home.addTenant('default');
  empty = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'keyledger-cli-backup-'));
  file = join(folder, 'whole.klb');
});
afterAll(async () => {
  await empty.drop();
  await home.close();
  await rm(folder, { recursive: true });
});

/** `keyledger <words>` with this environment, as the program runs it. */
async function keyledger(words: string[], given: Record<string, string> = {}) {
  const environment = { DATABASE_URL: home.url, MASTER_KEY: home.masterKey, ...given };
  const ended = await runTestCommand([backup, restore, doctor], words, { environment });
  for (const secret of [home.masterKey, new URL(home.url).password]) {
    expect(ended.out + ended.err).not.toContain(secret);
  }
  return ended;
}

const tenantsOf = async (url: string) =>
  (await withOwnerConnection(url, (connection) => connection.query<{ slug: string }>('SELECT slug FROM tenant'))).rows;

test('a backup is written, told of, and not written twice', async () => {
  const written = await keyledger(['backup', file]);
  expect(written).toMatchObject({ status: 0, err: '' });
  expect(written.out).toContain(file);
  expect(written.out).toMatch(new RegExp(`of 1 tenant\\n.*${home.ring.primary.id}`));
  expect(await keyledger(['backup', file])).toMatchObject({
    status: 2,
    out: '',
    err: expect.stringMatching(/--force/),
  });
  expect(await keyledger(['backup', file, '--force'])).toMatchObject({ status: 0 });
});

test('a backup is checked without a database that could be written to, and restored into an empty one', async () => {
  const nowhere = { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/none' };
  expect(await keyledger(['restore', file, '--check'], nowhere)).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Whole\. Made at [^]* 1 {2}tenant\n/),
  });
  const target = { DATABASE_URL: empty.url };
  expect(await keyledger(['restore', file], target)).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Restored as of .* of 1 tenant, each as it was/),
  });
  expect(await tenantsOf(empty.url)).toEqual(await tenantsOf(home.url));
  expect(await keyledger(['restore', file], target)).toMatchObject({
    status: 2,
    out: '',
    err: expect.stringMatching(/^The database is not empty: it holds tenant default\./),
  });
});

test('without a file, or with two, the usage is told', async () => {
  for (const words of [['backup'], ['restore'], ['backup', 'one', 'two']]) {
    expect(await keyledger(words)).toMatchObject({ status: 2, err: expect.stringMatching(/Usage: .* FILE/) });
  }
});

test('the doctor prints lines of 80 columns without colour, and ends with 0 unless something fails', async () => {
  const { status, out } = await keyledger(['doctor']);
  expect(status).toBe(0);
  expect(out).toMatch(/^ {2}ok {4}Configuration {2}\S/);
  // oxlint-disable-next-line no-control-regex -- the escape of a colour
  expect(out).not.toMatch(/\u001B/);
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(out).toMatch(/\n\d+ ok, \d+ to know, 0 to mend\n$/);
});

test('the doctor tells every fault of the configuration with the rest, and ends with 1', async () => {
  const { status, out } = await keyledger(['doctor'], { PORT: 'http', WORKER_CONCURRENCY: '0', MASTER_KEY: 'short' });
  expect(status).toBe(1);
  for (const variable of ['PORT', 'WORKER_CONCURRENCY', 'MASTER_KEY']) {
    expect(out).toMatch(new RegExp(`fail {2}Configuration {2}${variable}: `));
  }
  expect(out).toMatch(/ok {4}Migrations/);
  expect(out).not.toMatch(/Master key {3}/);
});

test('the doctor looks at the Redis that is configured', async () => {
  const { status, out } = await keyledger(['doctor'], { REDIS_URL: 'redis://:secret-of-redis@127.0.0.1:1' });
  expect(status).toBe(1);
  expect(out).toMatch(/fail {2}Queue {10}It does not answer/);
  expect(out).not.toContain('secret-of-redis');
});

test('the doctor tells that the certificate has ended, with what to do, and ends with 1', async () => {
  const files = { TLS_CERT_FILE: join(folder, 'tls.crt'), TLS_KEY_FILE: join(folder, 'tls.key') };
  const issued = createTestAuthority('ours').issue({ host: 'keys.example', validTo: new Date(Date.now() - 1_000) });
  await writeFile(files.TLS_CERT_FILE, issued.certificate);
  await writeFile(files.TLS_KEY_FILE, issued.key);
  const { status, out } = await keyledger(['doctor'], files);
  expect(status).toBe(1);
  expect(out).toMatch(/ok {4}Configuration/);
  expect(out).toMatch(/fail {2}Certificate {4}Its time ended at [^→]*→ Renew it/);
});

test('where its audit event cannot be written there is no backup, and one sentence says why', async () => {
  const alter = (sql: string) => withOwnerConnection(home.url, (connection) => connection.query(sql));
  await alter('REVOKE INSERT ON audit_event FROM keyledger_app');
  const refused = await keyledger(['backup', join(folder, 'refused.klb')]);
  await alter('GRANT INSERT ON audit_event TO keyledger_app');
  expect(refused).toMatchObject({
    status: 2,
    out: '',
    err: expect.stringMatching(/^The database does not permit .*\n$/),
  });
});
