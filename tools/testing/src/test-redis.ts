import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestCertificate } from './test-certificate.js';

export interface TestRedis {
  url: string;
  stop(): Promise<void>;
}

export interface RedisTls {
  certificate: TestCertificate;
  /** The authority (PEM) whose certificate a client has to have; without, it needs none. */
  clientsOf?: string;
}

const attempts = 5;

/**
 * A Redis of the caller's own: REDIS_TEST_URL when set, else a `redis-server` of this machine on a free port. Null, told
 * loudly, where there is neither, because no npm package has one; with KEYLEDGER_REQUIRE_REDIS=1 that is a failure.
 * @param tls over which alone it then answers, as `localhost`; it is always one of this machine
 */
export async function startTestRedis(tls?: RedisTls): Promise<TestRedis | null> {
  const environment = readTestEnvironment();
  if (environment.url && !tls) return { url: environment.url, stop: () => Promise.resolve() };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await spawnRedis(tls);
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

async function spawnRedis(tls: RedisTls | undefined): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'keyledger-redis-'));
  const port = 20_000 + Math.floor(Math.random() * 30_000);
  const listen = tls ? await overTls(port, folder, tls) : ['--port', String(port)];
  const args = [...listen, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
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
    url: tls ? `rediss://localhost:${port}` : `redis://127.0.0.1:${port}`,
    async stop() {
      server.kill('SIGKILL');
      await exited;
      await remove();
    },
  };
}

async function overTls(port: number, folder: string, { certificate, clientsOf }: RedisTls): Promise<string[]> {
  const fileOf = (name: string) => join(folder, name);
  await writeFile(fileOf('tls.crt'), certificate.certificate);
  await writeFile(fileOf('tls.key'), certificate.key, { mode: 0o600 });
  const own = ['--tls-cert-file', fileOf('tls.crt'), '--tls-key-file', fileOf('tls.key')];
  const listen = ['--port', '0', '--tls-port', String(port), ...own];
  if (clientsOf === undefined) return [...listen, '--tls-auth-clients', 'no'];
  await writeFile(fileOf('authority.crt'), clientsOf);
  return [...listen, '--tls-auth-clients', 'yes', '--tls-ca-cert-file', fileOf('authority.crt')];
}

async function untilReady(output: NodeJS.ReadableStream): Promise<void> {
  for await (const line of createInterface({ input: output })) {
    if (line.includes('Ready to accept connections')) break;
  }
  output.resume();
}
