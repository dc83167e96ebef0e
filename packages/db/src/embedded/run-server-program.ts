import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { parse } from 'node:path';
import type { ServerUser } from './choose-server-user.js';

/**
 * Spawns one of Postgres's programs. It gets none of our environment (which holds the master key) and a process
 * group of its own, so that a Ctrl-C in the terminal reaches us alone and we stop it last.
 */
export function spawnServerProgram(
  program: string,
  args: readonly string[],
  options: { user: ServerUser | undefined; stdio: StdioOptions },
): ChildProcess {
  return spawn(program, args, {
    // The folder we stand in may be out of reach for the server's user.
    cwd: parse(program).root,
    env: { LC_ALL: 'C', TZ: 'UTC' },
    detached: true,
    stdio: options.stdio,
    ...(options.user && { uid: options.user.uid, gid: options.user.gid }),
  });
}

/** Runs one to its end. A program that cannot even start is a failure like any other, with the reason as output. */
export async function runServerProgram(
  program: string,
  args: readonly string[],
  user: ServerUser | undefined,
): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawnServerProgram(program, args, { user, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (error) => resolve({ ok: false, output: error.message }));
    child.once('close', (code) => resolve({ ok: code === 0, output: output.trim() }));
  });
}
