import { createSecretKey, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { tagBytes } from './aes-256-gcm.js';
import { backupKey } from './backup-key.js';
import { CannotOpenError } from './cannot-open-error.js';
import { chunkBytes } from './chunks.js';
import { deriveKey } from './derive-key.js';
import { generateMasterKey, parseMasterKey } from './master-key.js';
import { openChunks } from './open-chunks.js';
import { sealChunks } from './seal-chunks.js';

const sealing = { key: createSecretKey(randomBytes(32)), header: Buffer.from('header') };
const sealedChunkBytes = chunkBytes + tagBytes;

const inParts = (bytes: Uint8Array, size = 10_007) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size)),
  );
const seal = (bytes: Uint8Array, by = sealing) => buffer(Readable.from(sealChunks(by, inParts(bytes))));
const open = (bytes: Uint8Array, by = sealing) => buffer(Readable.from(openChunks(by, inParts(bytes))));

test.each([0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes])(
  'a stream of %i bytes comes back as it was, a tag per chunk longer in between',
  async (length) => {
    const plain = randomBytes(length);
    const sealed = await seal(plain);
    expect(sealed).toHaveLength(length + tagBytes * Math.max(1, Math.ceil(length / chunkBytes)));
    expect((await open(sealed)).equals(plain)).toBe(true);
  },
);

const threeChunks = await seal(randomBytes(2 * chunkBytes + 5));
const chunk = (at: number) => threeChunks.subarray(at * sealedChunkBytes, (at + 1) * sealedChunkBytes);

test.each<[string, Buffer]>([
  ['cut within a chunk', threeChunks.subarray(0, -1)],
  ['cut between chunks', threeChunks.subarray(0, 2 * sealedChunkBytes)],
  ['nothing at all', Buffer.alloc(0)],
  ['with two chunks exchanged', Buffer.concat([chunk(1), chunk(0), chunk(2)])],
  ['with a chunk left out', Buffer.concat([chunk(0), chunk(2)])],
  ['with a chunk twice', Buffer.concat([chunk(0), chunk(0), chunk(1), chunk(2)])],
  ['with something after its end', Buffer.concat([threeChunks, Buffer.from([0])])],
  ['twice over', Buffer.concat([threeChunks, threeChunks])],
])('a stream that is %s fails to open', async (_what, altered) => {
  await expect(open(altered)).rejects.toThrow(CannotOpenError);
});

test('a single altered bit anywhere fails to open', async () => {
  const sealed = await seal(randomBytes(300));
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.length * 8 - 1), async (bit) => {
      const altered = Buffer.from(sealed);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(open(altered)).rejects.toThrow(CannotOpenError);
    }),
  );
});

test('under another header or another key nothing opens', async () => {
  const sealed = await seal(Buffer.from('plain'));
  await expect(open(sealed, { ...sealing, header: Buffer.from('heades') })).rejects.toThrow(CannotOpenError);
  await expect(open(sealed, { ...sealing, key: createSecretKey(randomBytes(32)) })).rejects.toThrow(CannotOpenError);
});

test('every file has a key of its own, none of which is a key of another purpose', () => {
  const masterKey = parseMasterKey(generateMasterKey());
  const ids = [randomBytes(32), randomBytes(32)];
  const keys = [...ids.map((id) => backupKey(masterKey, id)), deriveKey(masterKey, 'backup', 32)];
  expect(new Set(keys.map((key) => key.export().toString('hex'))).size).toBe(3);
  expect(backupKey(masterKey, ids[0] ?? randomBytes(32)).equals(keys[0] ?? sealing.key)).toBe(true);
});
