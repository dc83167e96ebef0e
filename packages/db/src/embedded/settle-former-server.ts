import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { postmasterFile, readPostmaster } from './read-postmaster.js';

const fastStopMs = 10_000;
const immediateStopMs = 5_000;

/**
 * Clears the way for a new server after a kill -9. Call it while holding the data's lock.
 * A server that outlived its Keyledger is stopped, cleanly if it can be. A `postmaster.pid` whose process is gone gets
 * our id instead: Postgres would refuse to start if another program had the id by now, but takes its own parent's for
 * a leftover. The file itself stays, since by it Postgres finds former backends that still hold the shared memory.
 */
export async function settleFormerServer(dataDir: string): Promise<void> {
  const former = await readPostmaster(dataDir);
  if (!former) return;
  if (former.running) {
    await stopServer(former.pid, dataDir);
    return;
  }
  const [, ...rest] = (await readFile(postmasterFile(dataDir), 'utf8')).split('\n');
  await writeFile(postmasterFile(dataDir), [process.pid, ...rest].join('\n'));
}

async function stopServer(pid: number, dataDir: string): Promise<void> {
  for (const [signal, waitMs] of [
    ['SIGINT', fastStopMs],
    ['SIGQUIT', immediateStopMs],
  ] as const) {
    const deadline = Date.now() + waitMs;
    sendSignal(pid, signal);
    while (Date.now() < deadline) {
      if (!(await readPostmaster(dataDir))?.running) return;
      await sleep(20);
    }
  }
  throw new EmbeddedPostgresError(`A former Postgres (process ${pid}) still uses ${dataDir} and does not stop.`);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone already, or another user's: the wait that follows tells which.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
