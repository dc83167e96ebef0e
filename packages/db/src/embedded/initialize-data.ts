import { chown, mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerUser } from './choose-server-user.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { ServerBinaries } from './prepare-server-binaries.js';
import { runServerProgram } from './run-server-program.js';

/** The owner login, made by initdb. */
export const ownerLogin = 'keyledger';

export async function isInitialized(dataDir: string): Promise<boolean> {
  return stat(join(dataDir, 'PG_VERSION')).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw new EmbeddedPostgresError(
        `The database in ${dataDir} belongs to another user (${error.code}): start Keyledger as that user, or set KEYLEDGER_HOME to another folder.`,
        { cause: error },
      );
    },
  );
}

/**
 * Makes a new cluster in `dataDir`, which must be absent or empty. It appears there whole or not at all, so a start
 * that was killed half-way leaves nothing to repair. UTF-8 with Postgres's built-in C.UTF-8: no OS locale is needed,
 * and indexes stay valid when the system's libraries change.
 */
export async function initializeData(
  dataDir: string,
  options: { binaries: ServerBinaries; user: ServerUser | undefined; password: string; sync: boolean },
): Promise<void> {
  const { user } = options;
  await assertEmpty(dataDir);
  const unfinished = `${dataDir}.new`;
  // On paper for a moment: an argument would show in the list of processes, and initdb reads no pipe that root opened.
  const passwordFile = `${dataDir}.initdb`;
  await Promise.all([rm(unfinished, { recursive: true, force: true }), rm(passwordFile, { force: true })]);
  try {
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600, flag: 'wx' });
    if (user) {
      await chown(unfinished, user.uid, user.gid);
      await chown(passwordFile, user.uid, user.gid);
    }
    const { ok, output } = await runServerProgram(
      options.binaries.initdb,
      [
        ...initdbArguments,
        `--pgdata=${unfinished}`,
        `--pwfile=${passwordFile}`,
        ...(options.sync ? [] : ['--no-sync']),
      ],
      user,
    );
    if (!ok) throw new EmbeddedPostgresError(`Postgres cannot make its database in ${dataDir}: ${lastLine(output)}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(unfinished, dataDir);
}

const initdbArguments = [
  `--username=${ownerLogin}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

async function assertEmpty(dataDir: string): Promise<void> {
  const entries = await readdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (entries === null) return;
  if (entries.length > 0) {
    throw new EmbeddedPostgresError(
      `${dataDir} holds files, but no Postgres database: move them away and start again.`,
    );
  }
  await rmdir(dataDir);
}

function lastLine(output: string): string {
  return output.split('\n').findLast((line) => line.includes('error')) ?? output.split('\n').at(-1) ?? 'no output';
}
