import { chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ServerUser } from './choose-server-user.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { ShippedServer } from './find-shipped-server.js';
import { runServerProgram } from './run-server-program.js';

export interface ServerBinaries {
  initdb: string;
  postgres: string;
}

/**
 * Programs that the given user can really run. Those in `node_modules` when they do; else a copy below `copyRoot`,
 * one per build of Postgres. Two things make a copy necessary: `node_modules` is out of reach for the user, or npm ran
 * no install scripts, so that the links among the shared libraries were never made.
 * @throws EmbeddedPostgresError when not even the copy runs (another libc, for example)
 */
export async function prepareServerBinaries(
  shipped: ShippedServer,
  options: { copyRoot: string; user: ServerUser | undefined },
): Promise<ServerBinaries> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const programsIn = (nativeDir: string): ServerBinaries => ({
    initdb: join(nativeDir, 'bin', `initdb${suffix}`),
    postgres: join(nativeDir, 'bin', `postgres${suffix}`),
  });
  const copyDir = join(options.copyRoot, 'server', shipped.id);

  for (const programs of [programsIn(shipped.nativeDir), programsIn(copyDir)]) {
    if ((await findFault(programs, options.user)) === null) return programs;
  }
  await copyServer(shipped.nativeDir, copyDir);
  const fault = await findFault(programsIn(copyDir), options.user);
  if (fault === null) return programsIn(copyDir);
  throw new EmbeddedPostgresError(
    `The embedded Postgres does not run on this system (${fault}): set DATABASE_URL to a Postgres of your own.`,
  );
}

/** Asks each program for its version, the one test that covers reach, execute bits and shared libraries. */
async function findFault(programs: ServerBinaries, user: ServerUser | undefined): Promise<string | null> {
  for (const program of [programs.postgres, programs.initdb]) {
    const { ok, output } = await runServerProgram(program, ['--version'], user);
    if (!ok) return output.split('\n')[0] ?? 'no output';
  }
  return null;
}

async function copyServer(nativeDir: string, copyDir: string): Promise<void> {
  const unfinished = `${copyDir}.${process.pid}`;
  try {
    await mkdir(unfinished, { recursive: true, mode: 0o755 });
    await cp(nativeDir, unfinished, { recursive: true, verbatimSymlinks: true });
    await linkLibraries(unfinished);
    await openForReading(unfinished);
    await rm(copyDir, { recursive: true, force: true });
    await rename(unfinished, copyDir);
  } catch (error) {
    // Another process was faster: its copy is as good as ours.
    if (['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) return;
    throw new EmbeddedPostgresError(
      `Cannot place a copy of the Postgres server in ${copyDir} (${(error as Error).message}).`,
      { cause: error },
    );
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Makes the links that the package's own install script would have made, from the list it ships. */
async function linkLibraries(nativeDir: string): Promise<void> {
  const list = await readFile(join(nativeDir, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(nativeDir, '..', target.replace(/^native/, basename(nativeDir)));
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Whatever the umask of the installation was, the copy is for every user to read: it holds no secret. */
async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openForReading(path);
    else if (entry.isFile()) await chmod(path, basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}
