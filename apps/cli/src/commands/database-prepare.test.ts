import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { createTestDatabase } from '#testing/test-database.js';
import { runTestCommand } from '#testing/run-test-command.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { commands } from '../commands.js';

// Written otherwise in a URL.
const login = `äpi of ${randomUUID()}`;
let home: TestInstallation;
let empty: { url: string; drop(): Promise<void> };
let folder: string;
beforeAll(async () => {
  home = await createTestInstallation();
  await home.addTenant('default');
  empty = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'keyledger-cli-prepare-'));
});
afterAll(async () => {
  await empty.drop();
  await withOwnerConnection(home.url, (owner) => owner.query(`DROP ROLE IF EXISTS "${login}"`));
  await home.close();
  await rm(folder, { recursive: true });
});

/** `url` with the login of the api in it. */
function asApi(url: string, password = 's p:ä/cial'): string {
  const changed = new URL(url);
  [changed.username, changed.password] = [login, encodeURIComponent(password)];
  return changed.href;
}

const keyledger = (words: string[], given: Record<string, string>) =>
  runTestCommand(commands, words, { environment: { MASTER_KEY: home.masterKey, ...given }, lineWidth: 400 });
const prepare = (given: Record<string, string>) => keyledger(['database', 'prepare'], given);

test('an empty database is migrated and the api’s login made; again, both are as they should be', async () => {
  const { url, drop } = await createTestDatabase();
  try {
    await withOwnerConnection(url, (owner) => owner.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public'));
    const first = await prepare({ DATABASE_URL: url, API_DATABASE_URL: asApi(url) });
    expect(first).toMatchObject({ status: 0, err: '', out: expect.stringMatching(/^\d\d migrations applied\./) });
    expect(first.out).toContain(login);
    expect(await prepare({ DATABASE_URL: url, API_DATABASE_URL: asApi(url) })).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^0 migrations applied\./),
    });
  } finally {
    await drop();
  }
});

test.each(['50%off', '%zz', '50%25off', 'x y', 's%20p', 'p@ss'])(
  'the api gets in with the URL that has the password %s, however it is escaped',
  async (password) => {
    const url = asApi(home.url, 'password').replace(':password@', `:${password}@`);
    expect(await prepare({ DATABASE_URL: home.url, API_DATABASE_URL: url })).toMatchObject({ status: 0, err: '' });
    expect(await withOwnerConnection(url, (api) => api.query('SELECT'))).toMatchObject({ rowCount: 1 });
  },
);

test('without the address of either login, or with one that names nobody, nothing is done', async () => {
  for (const [given, said] of [
    [{ API_DATABASE_URL: asApi(home.url) }, '- DATABASE_URL: is required'],
    [{ DATABASE_URL: home.url }, '- API_DATABASE_URL: is required'],
    [{ DATABASE_URL: home.url, API_DATABASE_URL: asApi(home.url, '') }, '- API_DATABASE_URL: must have a user and a'],
  ] as const) {
    expect(await prepare(given)).toMatchObject({ status: 2, out: '', err: expect.stringContaining(said) });
  }
});

test('a certificate authority that is not where an address says is told by variable, in a sentence', async () => {
  const urls = { DATABASE_URL: home.url, API_DATABASE_URL: asApi(home.url) };
  for (const name of ['DATABASE_URL', 'API_DATABASE_URL'] as const) {
    const url = new URL(urls[name]);
    url.searchParams.set('sslrootcert', join(folder, 'none.crt'));
    const { status, err } = await prepare({ ...urls, [name]: url.href });
    expect([status, err]).toEqual([2, expect.stringContaining(`\n  - ${name}: sslrootcert in it names a file that`)]);
    expect(err).not.toMatch(/none\.crt|\n +at /);
  }
});

test('a login that may more is refused in a sentence', async () => {
  expect(await prepare({ DATABASE_URL: home.url, API_DATABASE_URL: home.url })).toMatchObject({
    status: 2,
    err: expect.stringMatching(/^The login “.*” may more than one that owns nothing: it is the login of DATABASE_URL/),
  });
});

test('with the api’s login the doctor finds nothing to mend, a backup is made, and only a restore is refused', async () => {
  expect(await prepare({ DATABASE_URL: home.url, API_DATABASE_URL: asApi(home.url) })).toMatchObject({ status: 0 });
  const given = { DATABASE_URL: asApi(home.url) };
  const { out } = await keyledger(['doctor'], given);
  expect(out).toMatch(
    /ok +Roles +all there, and the login may act as each, but for keyledger_purger: enough for the api/,
  );
  expect(out).not.toMatch(/fail +(Roles|Row security|Grants|Migrations)/);
  const file = join(folder, 'made-by-the-api.klb');
  expect(await keyledger(['backup', file], given)).toMatchObject({ status: 0 });
  expect(await keyledger(['restore', file], { DATABASE_URL: asApi(empty.url) })).toMatchObject({
    status: 2,
    out: '',
    err: expect.stringMatching(/^Only the login that owns the database can restore into it.*run --rm worker/),
  });
  expect(await keyledger(['restore', file], { DATABASE_URL: empty.url })).toMatchObject({ status: 0 });
});
