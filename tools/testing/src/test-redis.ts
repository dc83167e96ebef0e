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

const attempts = 5;

/**
 * A Redis of the caller's own: REDIS_TEST_URL when set, else a `redis-server` of this machine on a free port. Null, told
 * loudly, where there is neither, because no npm package has one; with KEYLEDGER_REQUIRE_REDIS=1 that is a failure.
 * @param certificate with which it answers over TLS alone, as `localhost`; then it is always one of this machine
 */
export async function startTestRedis(certificate?: TestCertificate): Promise<TestRedis | null> {
  const environment = readTestEnvironment();
  if (environment.url && !certificate) return { url: environment.url, stop: () => Promise.resolve() };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await spawnRedis(certificate);
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

async function spawnRedis(certificate: TestCertificate | undefined): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'keyledger-redis-'));
  const port = 20_000 + Math.floor(Math.random() * 30_000);
  const listen = certificate ? await overTls(port, folder, certificate) : ['--port', String(port)];
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
    url: certificate ? `rediss://localhost:${port}` : `redis://127.0.0.1:${port}`,
    async stop() {
      server.kill('SIGKILL');
      await exited;
      await remove();
    },
  };
}

async function overTls(port: number, folder: string, { certificate, key }: TestCertificate): Promise<string[]> {
  const [certificateFile, keyFile] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  await writeFile(certificateFile, certificate);
  await writeFile(keyFile, key, { mode: 0o600 });
  const files = ['--tls-cert-file', certificateFile, '--tls-key-file', keyFile];
  return ['--port', '0', '--tls-port', String(port), ...files, '--tls-auth-clients', 'no'];
}

async function untilReady(output: NodeJS.ReadableStream): Promise<void> {
  for await (const line of createInterface({ input: output })) {
    if (line.includes('Ready to accept connections')) break;
  }
  output.resume();
}
