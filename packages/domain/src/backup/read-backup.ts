import { constants, type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { backupKey } from '#crypto/backup-key.js';
import { CannotOpenError } from '#crypto/cannot-open-error.js';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import { openChunks } from '#crypto/open-chunks.js';
import { BackupError } from './backup-error.js';
import {
  type BackupManifest,
  type BackupSection,
  type BackupTotals,
  headerBytes,
  manifestSchema,
  parseHeader,
  sectionSchema,
  totalsSchema,
} from './backup-format.js';
import { explainFileFault } from './explain-file-fault.js';
import { type Frame, readFrames } from './frames.js';

/** What is done with a backup as it is read. Every part was authenticated; that it is whole is known after `end` alone. */
export interface BackupReader {
  begin(manifest: BackupManifest): Promise<void>;
  /** @param rows to be read to their end */
  section(section: BackupSection, rows: AsyncIterable<Buffer>): Promise<void>;
  end(totals: BackupTotals): Promise<void>;
}

/**
 * Reads a backup from beginning to end, in memory that does not grow with it.
 * @throws BackupError when it is none, needs another master key, or was altered, cut off, or put together anew; what
 * the reader throws
 */
export async function readBackup(ring: MasterKeyRing, file: string, reader: BackupReader): Promise<void> {
  // A pipe is told to be no file, and not waited for.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    throw new BackupError(explainFileFault(`Cannot read ${file}`, error.code), { cause: error });
  });
  try {
    await readParts(readFrames(await openFile(ring, handle, file)), reader);
  } catch (error) {
    if (!damages.some((kind) => error instanceof kind) && !isOfZlib(error)) throw error;
    throw new BackupError(
      `${file} is damaged: it was altered or cut off, or is not as it was written. Nothing of it is used; take another copy.`,
      { cause: error },
    );
  } finally {
    await handle.close();
  }
}

const damages = [CannotOpenError, SyntaxError, z.core.$ZodError];

function isOfZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

/** What the file holds, decompressed. */
async function openFile(ring: MasterKeyRing, handle: FileHandle, file: string): Promise<AsyncIterable<Buffer>> {
  if (!(await handle.stat()).isFile()) throw new BackupError(`${file} is not a file.`);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
  const header = parseHeader(buffer.subarray(0, bytesRead));
  if (!header) throw new BackupError(`${file} is no backup of Keyledger that this version can read.`);
  const masterKey = ring.find(header.masterKeyId);
  if (!masterKey) {
    throw new BackupError(
      `${file} was made under master key ${header.masterKeyId}, which is not given: give it as MASTER_KEY or MASTER_KEY_PREVIOUS.`,
    );
  }
  const key = backupKey(masterKey, header.fileId);
  const chunks = handle.createReadStream({ start: headerBytes, autoClose: false });
  const gunzip = createGunzip();
  // A fault on the way ends `gunzip` with that fault, which whoever reads it gets.
  pipeline(
    chunks,
    (source) => openChunks({ key, header: header.bytes }, source),
    gunzip,
    () => undefined,
  );
  return gunzip;
}

async function readParts(frames: AsyncGenerator<Frame, void, undefined>, reader: BackupReader): Promise<void> {
  const at = { frame: await next(frames) };
  const pass = async () => (at.frame = await next(frames));
  await reader.begin(manifestSchema.parse(contentOf(at.frame, 'manifest')));
  await pass();
  while (isOf(at.frame, 'section')) {
    await reader.section(sectionSchema.parse(contentOf(at.frame, 'section')), rowsAfter(at, pass));
  }
  const totals = totalsSchema.parse(contentOf(at.frame, 'end'));
  if ((await pass()) !== null) throw new SyntaxError('something after the end');
  await reader.end(totals);
}

/** Ends at the first frame that holds no rows, which the caller finds at `at`. */
async function* rowsAfter(
  at: { frame: Frame | null },
  pass: () => Promise<Frame | null>,
): AsyncGenerator<Buffer, void, undefined> {
  for (await pass(); isOf(at.frame, 'rows'); await pass()) yield at.frame.content;
}

async function next(frames: AsyncGenerator<Frame, void, undefined>): Promise<Frame | null> {
  const { value } = await frames.next();
  return value ?? null;
}

function isOf(frame: Frame | null, kind: Frame['kind']): frame is Frame {
  return frame?.kind === kind;
}

function contentOf(frame: Frame | null, kind: Frame['kind']): unknown {
  if (!isOf(frame, kind)) throw new SyntaxError(`no ${kind}`);
  return JSON.parse(frame.content.toString('utf8'));
}
