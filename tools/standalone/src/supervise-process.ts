import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitConfig } from '#core/read-environment.js';
import { createBackOff, type BackOffLimits } from './back-off.js';

export interface SupervisedProcess {
  /** Resolves when it says where it listens (the api does, once it answers). Else never. */
  url: Promise<string>;
  /** Resolves when it ended with status 78: another start would not help, and its output says why. Else never. */
  gaveUp: Promise<void>;
  /** Ends it for good: SIGTERM, and SIGKILL once the grace is over. Idempotent. */
  stop(graceMs: number): Promise<void>;
  /** Ends it for good, at once. */
  kill(): void;
}

export interface SuperviseOptions {
  /** A JavaScript file, run by the Node that runs us. */
  script: string;
  args?: readonly string[];
  /** The whole environment. Secrets travel here, never in `args`. */
  env: Record<string, string | undefined>;
  backOff: BackOffLimits;
  onLine: (line: string, stream: 'stdout' | 'stderr') => void;
  /** It ended by itself and is started again after the delay. */
  onRestart: (restart: { how: string; delayMs: number }) => void;
}

/**
 * Keeps one Node process running. It gets a process group of its own, so that a Ctrl-C in the terminal reaches us
 * alone, and an IPC channel, whose `disconnect` tells it that we are gone even if we were killed.
 */
export function superviseProcess(options: SuperviseOptions): SupervisedProcess {
  const backOff = createBackOff(options.backOff);
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  const said = new EventEmitter();
  const url = once(said, 'message').then(([text]) => String(text));

  const keepRunning = async (): Promise<'gave up' | 'stopped'> => {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      child = start(options);
      child.on('message', (text) => said.emit('message', text));
      const end = await watch(child, options.onLine);
      if (stopping.signal.aborted) break;
      if (end.status === exitConfig) return 'gave up';
      const delayMs = backOff.nextDelayMs(performance.now() - startedAt);
      options.onRestart({ how: end.how, delayMs });
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    return 'stopped';
  };
  const finished = keepRunning();

  return {
    url,
    gaveUp: new Promise((resolve) => void finished.then((end) => end === 'gave up' && resolve())),
    async stop(graceMs) {
      stopping.abort();
      child?.kill('SIGTERM');
      const timer = setTimeout(() => child?.kill('SIGKILL'), graceMs);
      await finished;
      clearTimeout(timer);
    },
    kill() {
      stopping.abort();
      child?.kill('SIGKILL');
    },
  };
}

function start(options: SuperviseOptions): ChildProcess {
  return spawn(process.execPath, ['--enable-source-maps', options.script, ...(options.args ?? [])], {
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
}

interface End {
  status: number | null;
  /** For people: `exit status 1`, `SIGKILL`. */
  how: string;
}

/** Resolves when the process is gone and its output was read to the end. */
async function watch(child: ChildProcess, onLine: SuperviseOptions['onLine']): Promise<End> {
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name];
    if (stream) createInterface({ input: stream }).on('line', (line) => onLine(line, name));
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ status: null, how: error.message }));
    child.once('close', (status, signal) => {
      resolve({ status, how: signal ?? `exit status ${status ?? 'unknown'}` });
    });
  });
}
