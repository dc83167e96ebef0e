import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { eventually } from './eventually.js';

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Standard output and errors so far. */
  output(): string;
  /** Until it is at work. */
  started(): Promise<void>;
  /** Its status, or the signal that ended it. */
  exited: Promise<number | NodeJS.Signals>;
  /** SIGTERM, and its end. */
  stop(): Promise<number | NodeJS.Signals>;
}

/** Starts the worker's program of a compiled copy in an environment of just `env`, over IPC as `npm start` does it. */
export function startWorkerProcess(folder: string, env: Record<string, string>, args: string[] = []): WorkerProcess {
  const child = spawn(process.execPath, ['dist/apps/worker/src/main.js', ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  }) as ChildProcessByStdio<null, Readable, Readable>;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  // Not `close`, which does not come after `disconnect`.
  const exited = Promise.all([once(child, 'exit'), finished(child.stdout), finished(child.stderr)]).then(
    ([[status, signal]]) => (status ?? signal) as number | NodeJS.Signals,
  );
  return {
    child,
    exited,
    output: () => output,
    started: () =>
      eventually('the worker has started', () => {
        if (child.exitCode !== null) throw new Error(`the worker ended: ${output}`);
        return output.includes('worker started');
      }),
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
