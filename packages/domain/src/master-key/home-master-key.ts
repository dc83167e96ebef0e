import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidMasterKeyError, parseMasterKey } from '#crypto/master-key.js';
import { writeWholeFile } from '../operations/write-whole-file.js';
import { HomeError } from './home-error.js';

/** Its first line is the primary master key; while a rotation is under way, the older ones follow. */
export function masterKeyFile(home: string): string {
  return join(home, 'master.key');
}

/**
 * The master keys kept in the home, the primary first, or null when there is no file.
 * @throws HomeError when it cannot be read or does not hold keys
 */
export async function readHomeMasterKeys(home: string): Promise<string[] | null> {
  const file = masterKeyFile(home);
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new HomeError(`Cannot read the master key in ${file} (${code ?? 'unknown reason'}).`, { cause: error });
  }
  const keys = content.split(/\s+/).filter((line) => line !== '');
  if (keys.length === 0 || !keys.every(isMasterKey)) {
    throw new HomeError(
      `The master key file ${file} is damaged: it does not hold a key on each line. Restore it from your copy.`,
    );
  }
  return keys;
}

function isMasterKey(text: string): boolean {
  try {
    parseMasterKey(text);
    return true;
  } catch (error) {
    if (error instanceof InvalidMasterKeyError) return false;
    throw error;
  }
}

/**
 * Replaces the file in one step, so that nobody ever reads half of it and a crash leaves the one or the other; on disk
 * when it returns. Mode 0600.
 * @param keys the primary first
 */
export async function writeHomeMasterKeys(home: string, keys: readonly string[]): Promise<void> {
  const file = masterKeyFile(home);
  const content = [Buffer.from(keys.map((key) => `${key}\n`).join(''))];
  // Nothing was ever wrapped with what a crash left.
  await writeWholeFile(file, { content, mayReplace: true, partial: `${file}.new` });
}
