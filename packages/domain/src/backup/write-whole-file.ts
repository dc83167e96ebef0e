import { randomBytes } from 'node:crypto';
import { access, link, open, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BackupError } from './backup-error.js';
import { explainFileFault } from './explain-file-fault.js';

interface WholeFile {
  content: AsyncIterable<Uint8Array>;
  /** Whether a file of that name may be replaced; else it is left as it is, and refused. */
  mayReplace: boolean;
  /** Ends the writing, with its reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Writes a file that is there whole or not at all: under another name beside it, on disk, then renamed. Mode 0600.
 * @returns its length in bytes
 * @throws BackupError when it exists, or the folder cannot be written to; what `content` throws
 */
export async function writeWholeFile(path: string, { content, mayReplace, signal }: WholeFile): Promise<number> {
  if (!mayReplace && (await exists(path))) throw new BackupError(alreadyThere(path));
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.partial`);
  try {
    const size = await writeDurably(partial, content, signal);
    await (mayReplace ? rename(partial, path) : giveFreeName(partial, path));
    await syncFolder(dirname(path));
    return size;
  } catch (error) {
    throw isOfFileSystem(error)
      ? new BackupError(explainFileFault(`Cannot write ${path}`, error.code), { cause: error })
      : error;
  } finally {
    await rm(partial, { force: true });
  }
}

async function writeDurably(
  path: string,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  let size = 0;
  try {
    for await (const part of content) {
      signal?.throwIfAborted();
      await file.writeFile(part);
      size += part.length;
    }
    await file.sync();
    return size;
  } finally {
    await file.close();
  }
}

/** A link, unlike a rename, never replaces what came there meanwhile. Some file systems of the network have none. */
async function giveFreeName(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
    await unlink(from);
  } catch (error) {
    if (!isOfFileSystem(error)) throw error;
    if (error.code === 'EEXIST' || (await exists(to))) throw new BackupError(alreadyThere(to), { cause: error });
    await rename(from, to);
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function alreadyThere(path: string): string {
  return `${path} is there already: choose another name, or give --force to replace it.`;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function isOfFileSystem(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'syscall' in error && 'path' in error && 'code' in error;
}
