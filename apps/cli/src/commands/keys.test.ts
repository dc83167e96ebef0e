import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { HomeError } from '#domain/master-key/home-error.js';
import { writeHomeMasterKeys } from '#domain/master-key/home-master-key.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { withTenant } from '#db/with-tenant.js';
import { createTestDatabase } from '#testing/test-database.js';
import { runTestCommand } from '#testing/run-test-command.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import type { CommandContext } from '../command.js';
import { commands } from '../commands.js';
import { withRotationLock } from '../with-rotation-lock.js';

let home: TestInstallation;
let platformId: string;
let folder: string;
beforeAll(async () => {
  home = await createTestInstallation();
  platformId = (await home.addTenant('default')).id;
  folder = await mkdtemp(join(tmpdir(), 'keyledger-cli-keys-'));
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true });
});

interface Given {
  databaseUrl?: string;
  input?: string;
  keyHome?: string | null;
  withStoredData?: CommandContext['withStoredData'];
}

const keyledger = (words: string[], { databaseUrl = home.url, input = '', ...given }: Given = {}) =>
  runTestCommand(commands, words, {
    program: 'keyledger',
    environment: { DATABASE_URL: databaseUrl, MASTER_KEY: home.masterKey },
    readInput: () => Promise.resolve(input),
    ...given,
  });

test('of two rotations at once the second is told to wait, and the first goes on', async () => {
  const first = await withRotationLock(home.url, async () => {
    for (const words of [
      ['master-key', 'rotate'],
      ['data-key', 'rotate', '--tenant', 'default'],
    ]) {
      expect(await keyledger(words)).toMatchObject({
        status: 2,
        err: expect.stringMatching(/^Another rotation is under way/),
      });
    }
    return 'done';
  });
  expect(first).toBe('done');
  expect(await withRotationLock(home.url, () => Promise.resolve('free again'))).toBe('free again');
});

test('that a master key was split is audited before its shares are shown', async () => {
  const { out } = await keyledger(['master-key', 'split', '--shares', '3', '--threshold', '2']);
  expect(out.trim().split('\n')).toHaveLength(3);
  const events = await withTenant(home.db, platformId, (tx) =>
    tx.auditEvent.findMany({ where: { action: 'master-key.split' }, select: { subjectId: true, after: true } }),
  );
  expect(events).toEqual([{ subjectId: home.ring.primary.id, after: '{"shares":3,"threshold":2}' }]);
  for (const wrong of ['two', '-2', '2.5', '1000']) {
    expect(await keyledger(['master-key', 'split', '--shares', wrong, '--threshold', '2'])).toMatchObject({
      status: 2,
      out: '',
    });
  }
});

test('a key that is given back is written for its owner alone, and never over a file that is there', async () => {
  const { out: input } = await keyledger(['master-key', 'split', '--shares', '2', '--threshold', '2']);
  const [fresh, taken] = [join(folder, 'fresh.key'), join(folder, 'taken.key')];
  await writeFile(taken, 'precious');
  expect((await keyledger(['master-key', 'combine', '--write', fresh], { input })).status).toBe(0);
  expect((await stat(fresh)).mode & 0o777).toBe(0o600);
  expect(await keyledger(['master-key', 'combine', '--write', taken], { input })).toMatchObject({
    status: 2,
    err: expect.stringMatching(/Cannot write .*EEXIST\): it is there already, and is left alone\./),
  });
  expect(await readFile(taken, 'utf8')).toBe('precious');
});

test('neither the primary master key, though nothing needs it yet, nor one that is not there is removed', async () => {
  const fresh = generateMasterKey();
  await writeHomeMasterKeys(folder, [fresh, home.masterKey]);
  const remove = (id: string) => keyledger(['master-key', 'remove', '--id', id], { keyHome: folder });
  expect(await remove(parseMasterKey(fresh).id)).toMatchObject({
    status: 2,
    err: expect.stringMatching(/is the primary/),
  });
  expect(await remove('0123456789abcdef')).toMatchObject({
    status: 2,
    err: expect.stringMatching(/^There is no master key .*: keyledger master-key status lists them\./),
  });
});

test('a tenant that is not there is told with where those that are there are listed', async () => {
  expect(await keyledger(['data-key', 'rotate', '--tenant', 'nobody'])).toMatchObject({
    status: 2,
    err: expect.stringMatching(/^There is no tenant “nobody”\. Settings, “All tenants”, lists them/),
  });
});

test('a database of an older version, or without anything, is told from a fault of ours', async () => {
  const { url, drop } = await createTestDatabase();
  const ask = (sql: string) => withOwnerConnection(url, (connection) => connection.query(sql));
  const older = { status: 2, err: expect.stringMatching(/^The database is not at this version yet/) };
  try {
    await ask(
      `DELETE FROM _prisma_migrations WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`,
    );
    expect(await keyledger(['master-key', 'status'], { databaseUrl: url })).toMatchObject(older);
    await ask('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    expect(await keyledger(['master-key', 'status'], { databaseUrl: url })).toMatchObject(older);
  } finally {
    await drop();
  }
});

test('a home with nothing in it is a finding of the doctor, which ends with 1', async () => {
  const withStoredData = () => Promise.reject(new HomeError('There is nothing in .keyledger yet.'));
  expect(await keyledger(['doctor'], { withStoredData })).toMatchObject({
    status: 1,
    out: expect.stringMatching(/fail {2}Home {2}There is nothing/),
    err: '',
  });
});
