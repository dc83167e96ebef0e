import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#core/logger.js';
import type { ServerUser } from './choose-server-user.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { spawnServerProgram } from './run-server-program.js';

export interface RunningServer {
  pid: number;
  /** Resolves when the process is gone, for whatever reason. Never rejects. */
  exited: Promise<void>;
  isGone(): boolean;
  /** The server's last words of failure, for a message. */
  lastFault(): string;
  /** Connections are cut, data is written out, the process ends: within 3 s, by force if it must be. Idempotent. */
  stop(): Promise<void>;
}

/** From the first, polite, to the last resort; anything but SIGINT costs the next start a recovery, and no data. */
const stopSteps: readonly [NodeJS.Signals, number][] = [
  ['SIGINT', 2_000],
  ['SIGQUIT', 500],
  ['SIGKILL', 500],
];

export async function runServer(options: {
  postgres: string;
  dataDir: string;
  port: number;
  user: ServerUser | undefined;
  settings: Record<string, string>;
  logger: Pick<Logger, 'warn' | 'debug'>;
}): Promise<RunningServer> {
  const args = ['-D', options.dataDir, '-p', String(options.port)];
  for (const [name, value] of Object.entries(options.settings)) args.push('-c', `${name}=${value}`);
  const child = spawnServerProgram(options.postgres, args, { user: options.user, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const log = followLog(child, options.logger);
  if (child.pid === undefined) {
    await exited;
    throw new EmbeddedPostgresError(`Postgres cannot be started from ${options.postgres}.`);
  }

  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    for (const [signal, waitMs] of stopSteps) {
      if (isGone()) return;
      child.kill(signal);
      await Promise.race([exited, sleep(waitMs, undefined, { ref: false })]);
    }
  };
  return { pid: child.pid, exited, isGone, lastFault: log.lastFault, stop: () => (stopping ??= stop()) };
}

/** Only what ends a server or a session is worth a line in our log; statement errors are the caller's to report. */
function followLog(child: ChildProcess, logger: Pick<Logger, 'warn' | 'debug'>): { lastFault: () => string } {
  let lastFault: string | undefined;
  // Before it has a log, the server complains in plain lines, such as of files that it cannot read.
  let lastLine = 'no output';
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const fault = /^(?:PANIC|FATAL):\s+(.*)/.exec(line)?.[1];
      if (fault !== undefined) lastFault = fault;
      if (line.trim() !== '') lastLine = line.trim();
      if (line.startsWith('PANIC')) logger.warn({ postgres: line }, 'Postgres reports');
      else logger.debug({ postgres: line }, 'Postgres reports');
    });
  }
  return { lastFault: () => lastFault ?? lastLine };
}
