import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { readHomeMasterKeys, writeHomeMasterKeys } from './home-master-key.js';
import { readMasterKeys } from './read-master-keys.js';

const [one, two, three] = [generateMasterKey(), generateMasterKey(), generateMasterKey()] as const;
const idOf = (text: string) => parseMasterKey(text).id;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyledger-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, content: string): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

async function idsOf(environment: Record<string, string>): Promise<string[]> {
  const { ring, faults } = await readMasterKeys(environment);
  if (!ring) throw new Error(faults[0]);
  return [ring.primary.id, ...ring.older.map(({ id }) => id)];
}

describe('the master keys that are given', () => {
  test('are one in MASTER_KEY, any number in MASTER_KEY_PREVIOUS, and one said twice is there once', async () => {
    expect(await idsOf({ MASTER_KEY: one })).toEqual([idOf(one)]);
    expect(await idsOf({ MASTER_KEY: one, MASTER_KEY_PREVIOUS: `${two}, ${three} ${one}` })).toEqual(
      [one, two, three].map(idOf),
    );
  });

  test('may come from files, of which the first line is the primary', async () => {
    const file = await put('keys', `${two}\n${one}\n`);
    expect(await idsOf({ MASTER_KEY_FILE: file })).toEqual([two, one].map(idOf));
    const previous = await put('previous', three);
    expect(await idsOf({ MASTER_KEY_FILE: file, MASTER_KEY_PREVIOUS_FILE: previous })).toEqual(
      [two, one, three].map(idOf),
    );
  });

  test.each([
    ['none', {}, /^MASTER_KEY: is required/],
    ['only an older one', { MASTER_KEY_PREVIOUS: one }, /^MASTER_KEY: is required/],
    ['both ways at once', { MASTER_KEY: one, MASTER_KEY_FILE: '/x' }, /^MASTER_KEY: give this or MASTER_KEY_FILE/],
    [
      'a file that is not there',
      { MASTER_KEY_FILE: '/nowhere/x' },
      /^MASTER_KEY_FILE: the file .* cannot be read \(ENOENT\)$/,
    ],
    [
      'an older file that is not there',
      { MASTER_KEY: one, MASTER_KEY_PREVIOUS_FILE: '/x' },
      /^MASTER_KEY_PREVIOUS_FILE/,
    ],
    ['a weak one', { MASTER_KEY: one, MASTER_KEY_PREVIOUS: 'hunter2' }, /^MASTER_KEY_PREVIOUS: The master key must be/],
    ['two in MASTER_KEY', { MASTER_KEY: `${one} ${two}` }, /^MASTER_KEY: The master key must be/],
  ])('%s are a fault that names the variable and repeats nothing', async (_what, environment, fault) => {
    const { ring, faults } = await readMasterKeys(environment);
    expect(ring).toBeNull();
    expect(faults).toEqual([expect.stringMatching(fault)]);
    expect(faults[0]).not.toMatch(/hunter2/);
    expect(faults[0]).not.toContain(one);
  });

  test('that are an empty file are a fault, and not none', async () => {
    const file = await put('keys', '\n');
    expect((await readMasterKeys({ MASTER_KEY: one, MASTER_KEY_PREVIOUS_FILE: file })).faults).toHaveLength(1);
  });
});

describe('a process that reads its keys from a file', () => {
  async function running() {
    await writeHomeMasterKeys(folder, [one]);
    const { ring } = await readMasterKeys({ MASTER_KEY_FILE: join(folder, 'master.key') });
    if (!ring) throw new Error('unreadable');
    return ring;
  }

  test('knows a new key as soon as it meets it, and wraps with it from then on', async () => {
    const ring = await running();
    await writeHomeMasterKeys(folder, [two, one]);
    expect(ring.find(idOf(two))?.id).toBe(idOf(two));
    expect(ring.primary.id).toBe(idOf(two));
    expect(ring.older.map(({ id }) => id)).toEqual([idOf(one)]);
    expect(ring.find(idOf(one))?.id).toBe(idOf(one));
  });

  test('wraps with the new key even if it has not met it yet', async () => {
    const ring = await running();
    await writeHomeMasterKeys(folder, [two, one]);
    expect(ring.primary.id).toBe(idOf(two));
  });

  test('keeps what it has while the file is gone or damaged', async () => {
    const ring = await running();
    await put('master.key', 'half a k');
    expect(ring.primary.id).toBe(idOf(one));
    await rm(join(folder, 'master.key'));
    expect(ring.find(idOf(two))).toBeNull();
    expect(ring.find(idOf(one))?.id).toBe(idOf(one));
  });
});

describe('the file of the home', () => {
  test('is replaced in one step, readable by its owner alone, and leaves nothing beside it', async () => {
    await writeHomeMasterKeys(folder, [one]);
    await put('master.key.new', 'left by a crash');
    await writeHomeMasterKeys(folder, [two, one]);
    expect(await readFile(join(folder, 'master.key'), 'utf8')).toBe(`${two}\n${one}\n`);
    expect((await stat(join(folder, 'master.key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['master.key']);
  });

  test('leaves no key beside it when it could not be replaced', async () => {
    await mkdir(join(folder, 'master.key'));
    await expect(writeHomeMasterKeys(folder, [one])).rejects.toThrow('EISDIR');
    expect(await readdir(folder)).toEqual(['master.key']);
  });

  test('is null when it is missing, and a sentence when it is damaged', async () => {
    expect(await readHomeMasterKeys(folder)).toBeNull();
    for (const content of ['', `${one}\nhalf a ke\n`, one.slice(1)]) {
      await put('master.key', content);
      await expect(readHomeMasterKeys(folder)).rejects.toThrow(/master\.key is damaged: .* Restore it/);
    }
  });
});
