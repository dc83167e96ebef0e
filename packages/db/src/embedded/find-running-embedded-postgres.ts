import { join } from 'node:path';
import { ensurePassword } from './ensure-password.js';
import { findDataDir } from './find-data-dir.js';
import { ownerUrl } from './owner-url.js';
import { readPostmaster } from './read-postmaster.js';

/**
 * The embedded server that another process keeps running for this home, or null. For short-lived helpers such as
 * `worker --once`, run by the same user; it may be stopped at any moment by whoever started it.
 */
export async function findRunningEmbeddedPostgres(home: string): Promise<{ url: string } | null> {
  const dataDir = join(home, 'postgres');
  const server = await readPostmaster(await findDataDir(dataDir));
  if (!server?.running || !server.ready) return null;
  const password = await ensurePassword(dataDir, 'find');
  return password === null ? null : { url: ownerUrl(server.port, password) };
}
