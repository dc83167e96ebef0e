// `npm run worker [-- --once]`: the worker by itself, on the embedded database and its master key when none are given.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readEnvironment } from '#core/read-environment.js';
import { outboundAllow } from './outbound-allow.js';
import { describeFault } from '#domain/operations/describe-fault.js';
import { openStoredData } from '#domain/operations/open-stored-data.js';
import { StandaloneError } from './standalone-error.js';

/** With `--once`, what people's CI takes for "could not run"; a failing key is 1. */
const couldNotRun = 2;

const environment = readEnvironment();
try {
  const data = await openStoredData(environment, '.keyledger');
  try {
    const isEmbedded = !environment['DATABASE_URL'];
    const allowed = outboundAllow(environment['OUTBOUND_ALLOW'], { isEmbedded });
    process.exitCode = await runWorker({ ...environment, ...data.environment, OUTBOUND_ALLOW: allowed });
  } finally {
    await data.close();
  }
} catch (error) {
  process.stderr.write(`${describeFault(error, [StandaloneError])}\n`);
  process.exitCode = couldNotRun;
}

async function runWorker(env: Record<string, string | undefined>): Promise<number> {
  const script = fileURLToPath(new URL('../../../apps/worker/src/main.js', import.meta.url));
  // In a process group of its own: signals come from us alone, and the database outlives the worker.
  const child = spawn(process.execPath, ['--enable-source-maps', script, ...process.argv.slice(2)], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill('SIGTERM'));
  const [status] = (await once(child, 'close')) as [number | null];
  return status ?? couldNotRun;
}
