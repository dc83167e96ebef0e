import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backupKey } from '#crypto/backup-key.js';
import { createMasterKeyRing } from '#crypto/key-ring.js';
import { generateMasterKey, parseMasterKey } from '#crypto/master-key.js';
import { sealChunks } from '#crypto/seal-chunks.js';
import { type BackupManifest, createHeader } from './backup-format.js';
import { checkBackup } from './check-backup.js';
import { jsonFrame, writeFrame } from './frames.js';

const masterKey = parseMasterKey(generateMasterKey());
const ring = createMasterKeyRing([masterKey]);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyledger-read-'));
});
afterAll(() => rm(folder, { recursive: true }));

const manifest: BackupManifest = {
  createdAt: '2026-11-20T00:00:00.000Z',
  postgres: '18.4',
  migrations: [],
  masterKeyIds: [],
  tables: [],
  months: [],
  tenants: 1,
};
const begin = [...jsonFrame('manifest', manifest)];
const section = [...jsonFrame('section', { table: 'tenant', tenantId: 'a' })];
const twoRows = [...writeFrame('rows', Buffer.from('1\tacme\n2\tgl')), ...writeFrame('rows', Buffer.from('obex\n'))];
const end = (rows: number) => [...jsonFrame('end', { tenant: { rows, checksum: '0' } })];

/** Checks a file of ours, sealed with the right key, that holds just this. */
async function check(parts: Uint8Array[]) {
  const header = createHeader(masterKey.id);
  const plain = Readable.from(parts).pipe(createGzip());
  const sealed: Uint8Array[] = [header.bytes];
  for await (const chunk of sealChunks({ key: backupKey(masterKey, header.fileId), header: header.bytes }, plain)) {
    sealed.push(chunk);
  }
  const file = join(folder, 'made.klb');
  await writeFile(file, Buffer.concat(sealed));
  return checkBackup({ ring }, file);
}

test('rows are counted wherever they are cut', async () => {
  expect((await check([...begin, ...section, ...twoRows, ...end(2)])).totals).toEqual({
    tenant: { rows: 2, checksum: '0' },
  });
});

test.each([
  ['without its beginning', [...section, ...twoRows, ...end(2)]],
  ['without its end', [...begin, ...section, ...twoRows]],
  ['that goes on after its end', [...begin, ...section, ...twoRows, ...end(2), ...section]],
  ['that ends within a part', [...begin, ...section, ...twoRows, ...end(2), Buffer.from([0, 0])]],
  ['with a part of no known kind', [...begin, Buffer.from([9, 0, 0, 0, 0]), ...end(0)]],
  ['with a part that says it is larger than any', [...begin, Buffer.from([1, 255, 255, 255, 255]), ...end(0)]],
])('a file %s is damaged, though its seal is whole', async (_what, parts) => {
  await expect(check(parts)).rejects.toThrow(/is damaged/);
});

test('a file that holds fewer rows than it says, or more, is refused', async () => {
  for (const said of [1, 3]) {
    await expect(check([...begin, ...section, ...twoRows, ...end(said)])).rejects.toThrow(
      /as many rows as it says: tenant/,
    );
  }
});
