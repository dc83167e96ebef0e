import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program of this build in a process of its own. */
export interface Child {
  /** The next line of its standard output. */
  nextLine(): Promise<string>;
  /** CPU time used so far, in milliseconds, and the most memory held at any time, in bytes. Linux only. */
  usage(): Promise<{ cpuMs: number; maxRssBytes: number }>;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
}

/** `program` is relative to the build's root, such as `apps/worker/src/main.js`. Its errors go to our own. */
export function startChild(program: string, { args = [], env = {} }: { args?: string[]; env?: object } = {}): Child {
  const path = fileURLToPath(new URL(`../${program}`, import.meta.url));
  // oxlint-disable-next-line node/no-process-env
  const environment = { PATH: process.env['PATH'], ...env };
  const child = spawn(process.execPath, [path, ...args], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async nextLine() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${program} ended without a further line`);
      return value;
    },
    usage: () => usageOf(child),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Fields of /proc/PID as proc(5) has them; the kernel's clock ticks are hundredths of a second. */
async function usageOf({ pid }: ChildProcess): Promise<{ cpuMs: number; maxRssBytes: number }> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { cpuMs: ticks * 10, maxRssBytes: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024 };
}
