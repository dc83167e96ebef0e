import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HomeError } from './home-error.js';

export function masterKeyFile(home: string): string {
  return join(home, 'master.key');
}

/** The master key kept in the home, or null when none was made yet. @throws HomeError */
export async function readHomeMasterKey(home: string): Promise<string | null> {
  try {
    return await readFile(masterKeyFile(home), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new HomeError(`Cannot read the master key in ${masterKeyFile(home)} (${code ?? 'unknown reason'}).`, {
      cause: error,
    });
  }
}
