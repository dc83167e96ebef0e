import { randomBytes } from 'node:crypto';
import { access, link, open, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

interface WholeFile {
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Whether a file of that name may be replaced; else it is left as it is, and refused. */
  mayReplace: boolean;
  /** Ends the writing, with its reason. */
  signal?: AbortSignal | undefined;
  /** The name until it is whole, in the same folder; what a crash left under it goes. Default: one that nobody else has. */
  partial?: string;
}

/** There is a file of that name, which may not be replaced. */
export class FileExistsError extends Error {
  override readonly name = 'FileExistsError';
}

/**
 * Writes a file that is there whole or not at all, also after a crash: under another name beside it, on disk, then renamed,
 * and the name on disk too. Mode 0600. What fails leaves nothing.
 * @returns its length in bytes
 * @throws FileExistsError; the system's errors; what `content` throws
 */
export async function writeWholeFile(
  path: string,
  { content, mayReplace, signal, partial = freeNameBeside(path) }: WholeFile,
): Promise<number> {
  if (!mayReplace && (await exists(path))) throw new FileExistsError(path);
  await rm(partial, { force: true });
  try {
    const size = await writeDurably(partial, content, signal);
    await (mayReplace ? rename(partial, path) : giveFreeName(partial, path));
    await syncFolder(dirname(path));
    return size;
  } finally {
    await rm(partial, { force: true });
  }
}

function freeNameBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.partial`);
}

async function writeDurably(
  path: string,
  content: WholeFile['content'],
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
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || (await exists(to))) {
      throw new FileExistsError(to, { cause: error });
    }
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

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
