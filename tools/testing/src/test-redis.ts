import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface TestRedis {
  url: string;
  stop(): Promise<void>;
}

const attempts = 5;

/**
 * A Redis of the caller's own: REDIS_TEST_URL when set, else a `redis-server` of this machine on a free port. Null, told
 * loudly, where there is neither, because no npm package has one; with KEYLEDGER_REQUIRE_REDIS=1 that is a failure.
 */
export async function startTestRedis(): Promise<TestRedis | null> {
  const environment = readTestEnvironment();
  if (environment.url) return { url: environment.url, stop: () => Promise.resolve() };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await spawnRedis();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return absent(environment.isRequired);
      // Somebody else may have taken the port between choosing and listening.
      if (attempt === attempts) throw error;
    }
  }
}

function readTestEnvironment(): { url: string | undefined; isRequired: boolean } {
  // oxlint-disable-next-line node/no-process-env -- read in this one place of the tests
  const { REDIS_TEST_URL: url, KEYLEDGER_REQUIRE_REDIS: required } = process.env;
  return { url: url || undefined, isRequired: required === '1' };
}

function absent(isRequired: boolean): null {
  if (isRequired)
    throw new Error('KEYLEDGER_REQUIRE_REDIS=1, and there is no redis-server to run the Redis tests with');
  process.stderr.write('\n*** SKIPPED: tests that need Redis. Install redis-server, or set REDIS_TEST_URL. ***\n\n');
  return null;
}

async function spawnRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'keyledger-redis-'));
  const port = 20_000 + Math.floor(Math.random() * 30_000);
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(server, 'exit');
  exited.catch(() => undefined);
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await Promise.race([
      untilReady(server.stdout),
      exited.then(() => Promise.reject(new Error(`redis-server ended at once on port ${port}`))),
    ]);
  } catch (error) {
    server.kill('SIGKILL');
    await remove();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      server.kill('SIGKILL');
      await exited;
      await remove();
    },
  };
}

async function untilReady(output: NodeJS.ReadableStream): Promise<void> {
  for await (const line of createInterface({ input: output })) {
    if (line.includes('Ready to accept connections')) break;
  }
  output.resume();
}
