import { createHash } from 'node:crypto';
import { chmod, mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ServerUser } from './choose-server-user.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { findDataDir, locationFile } from './find-data-dir.js';

/**
 * Decides where the data lives and remembers it. Normally that is `dataDir` itself. When we are root and the user
 * that Postgres runs as cannot pass through to it (a checkout below /root, say), it is a folder of its own below
 * `reachableRoot`, and a file `<dataDir>.location` in the home points there.
 * @throws EmbeddedPostgresError when existing data is out of reach, or no reachable folder can be made
 */
export async function placeData(dataDir: string, user: ServerUser | undefined, reachableRoot: string): Promise<string> {
  const known = await findDataDir(dataDir);
  if (!user || (await canPass(dirname(known), user))) return known;
  if (known !== dataDir || (await hasData(dataDir))) {
    throw new EmbeddedPostgresError(
      `The database in ${known} belongs to ${user.name}, who cannot reach that folder: open the folders above it for passing through (chmod o+x).`,
    );
  }
  const home = await realpath(dirname(dataDir));
  const id = createHash('sha256').update(home).digest('hex').slice(0, 16);
  const reachable = join(reachableRoot, 'data', id);
  await makeReachable(reachable, user);
  await writeFile(locationFile(dataDir), `${join(reachable, 'postgres')}\n`, { mode: 0o600 });
  return join(reachable, 'postgres');
}

async function makeReachable(folder: string, user: ServerUser): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await chmod(folder, 0o711);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `Postgres runs as ${user.name}, who can reach neither the data folder nor ${folder}: set KEYLEDGER_HOME to a folder it can reach, or DATABASE_URL.`,
      { cause: error },
    );
  }
  if (await canPass(folder, user)) return;
  throw new EmbeddedPostgresError(
    `Postgres runs as ${user.name}, who cannot reach ${folder}: set KEYLEDGER_HOME to a folder it can reach, or DATABASE_URL.`,
  );
}

async function hasData(dataDir: string): Promise<boolean> {
  return stat(join(dataDir, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

/** By the permission bits of the folder and all above it, as the kernel decides for a user without extra groups. */
async function canPass(folder: string, user: ServerUser): Promise<boolean> {
  for (let current = await realpath(folder); ; current = dirname(current)) {
    const { mode, uid, gid } = await stat(current);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (current === dirname(current)) return true;
  }
}
