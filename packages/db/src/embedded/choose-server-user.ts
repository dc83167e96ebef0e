import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

const run = promisify(execFile);

/** Debian's and BusyBox's ways to make a system user without a home or a login. */
const creations: readonly [string, ...string[]][] = [
  ['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'keyledger'],
  ['adduser', '-S', '-D', '-H', '-s', '/sbin/nologin', 'keyledger'],
];

/**
 * The user Postgres runs as. Undefined (ourselves) unless we are root, which Postgres refuses.
 * Existing data decides by its owner; else `postgres`, else a system user `keyledger` made for it, else `nobody`.
 * initdb insists on a name for its user id, so a bare number will not do for new data.
 */
export async function chooseServerUser(dataDir: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDir).catch(() => null);
  if (owner && owner.uid !== 0) return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  const user =
    (await findUser(['postgres', 'keyledger'])) ?? (await createUser()) ?? (await findUser(['nobody', '_postgres']));
  if (user) return user;
  throw new EmbeddedPostgresError(
    'Postgres does not run as root and this system has no user to lend it: start Keyledger as an ordinary user, or set DATABASE_URL.',
  );
}

async function createUser(): Promise<ServerUser | undefined> {
  for (const [command, ...args] of creations) {
    // A missing or refusing tool only means that the next way is tried.
    await run(command, args).catch(() => undefined);
    const user = await findUser(['keyledger']);
    if (user) return user;
  }
  return undefined;
}

async function findUser(names: readonly string[]): Promise<ServerUser | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const entries = passwd.split('\n').map((line) => line.split(':'));
  for (const name of names) {
    const [, , uid, gid] = entries.find((entry) => entry[0] === name) ?? [];
    if (Number(uid) > 0 && Number(gid) > 0) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}
