import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

export function passwordFile(dataDir: string): string {
  return `${dataDir}.password`;
}

/** The owner login's password, made once beside the data (0600). Null when it is missing and must not be made. */
export async function ensurePassword(dataDir: string, mayCreate: 'create' | 'find'): Promise<string | null> {
  const known = await readFile(passwordFile(dataDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (known.trim()) return known.trim();
  if (mayCreate === 'find') return null;
  const password = randomBytes(32).toString('base64url');
  await writeFile(passwordFile(dataDir), `${password}\n`, { mode: 0o600, flush: true });
  return password;
}
