import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { generateMasterKey } from '#crypto/master-key.js';
import { openDatabase } from '#db/database.js';
import { compileSources } from '#testing/compile-sources.js';
import { eventually } from '#testing/eventually.js';
import { createPageVisitor } from '#testing/page-visitor.js';
import { createTestAuthority } from '#testing/test-certificate.js';
import { createTestDatabase } from '#testing/test-database.js';
import { startTestRedis } from '#testing/test-redis.js';

const redis = await startTestRedis();
let compiled: Awaited<ReturnType<typeof compileSources>>;
beforeAll(async () => {
  compiled = await compileSources();
});
afterAll(async () => {
  await redis?.stop();
  await compiled.remove();
});

const running = new Set<ChildProcess>();
const dropped: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  for (const drop of dropped.splice(0)) await drop();
});

const apiKey = 'the-first-token-of-this-test-0123456789';

async function emptyDatabase(): Promise<Record<string, string>> {
  const { url, drop } = await createTestDatabase();
  dropped.push(drop);
  return { DATABASE_URL: url, MASTER_KEY: generateMasterKey(), API_KEY: apiKey, PORT: '0' };
}

function start(environment: Record<string, string>, flags: string[] = []) {
  const child = spawn(process.execPath, [...flags, join(compiled.folder, 'dist/apps/api/src/main.js')], {
    cwd: compiled.folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return { code: code as number | null, errors };
  });
  return { child, ended };
}

/** Resolves with its address as soon as it listens; rejects when it ends before. */
async function startListening(environment: Record<string, string>, flags: string[] = []) {
  const { child, ended } = start(environment, flags);
  const listening = (async () => {
    for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
      // The others are of Node itself.
      if (!line.startsWith('{')) continue;
      const { msg, port } = JSON.parse(line) as { msg: string; port?: number };
      if (msg === 'api listening') return `http://127.0.0.1:${port}`;
    }
    throw new Error(`ended: ${(await ended).errors}`);
  })();
  const origin = await listening;
  child.stdout?.resume();
  return { child, ended, origin };
}

const statusOf = async (url: string) => (await fetch(url, { headers: { 'x-api-key': apiKey } })).status;

test('three replicas that start at once on an empty database all come up, and API_KEY opens each', async () => {
  const environment = await emptyDatabase();
  const replicas = await Promise.all([1, 2, 3].map(() => startListening(environment)));
  for (const { origin } of replicas) {
    expect(await statusOf(`${origin}/keys`)).toBe(200);
    expect(await statusOf(`${origin}/health/ready`)).toBe(200);
    expect(await statusOf(`${origin}/docs`)).toBe(200);
    expect((await fetch(origin)).url).toMatch(/\/dashboard\/login/);
  }
});

test('SIGTERM lets the request under way end, accepts no other, and exits with 0', async () => {
  const { child, ended, origin } = await startListening(await emptyDatabase());
  const { port } = new URL(origin);
  const socket = connect(Number(port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  const body = '{"label":"x","key":"sk-nope"}';
  socket.write(
    `POST /keys HTTP/1.1\r\nHost: x\r\nX-API-Key: ${apiKey}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
  );
  // Its head is in by the time that another request is answered.
  await statusOf(`${origin}/keys`);
  child.kill('SIGTERM');
  await eventually('others are refused', () =>
    statusOf(`${origin}/ping`).then(
      () => false,
      () => true,
    ),
  );
  const resumedAt = Date.now();
  socket.write(body.slice(5));
  await once(socket, 'close');
  // It is not kept waiting for another request on a connection that stays open.
  expect(Date.now() - resumedAt).toBeLessThan(4_000);
  expect(answer).toContain('not-a-provider-key');
  expect(await ended).toEqual({ code: 0, errors: '' });
});

/** Rejects, with nobody to catch it, when it is told to. */
const faulty =
  "--import=data:text/javascript,process.once('SIGUSR2',()=>{Promise.reject(Error('sk-proj-canary-0123'))})";

test('a fault that nothing catches is one fatal line without a secret, and exit 1', async () => {
  const { child, ended } = await startListening({ ...(await emptyDatabase()), NODE_OPTIONS: faulty });
  let lines = '';
  child.stdout?.on('data', (chunk: Buffer) => (lines += chunk.toString()));
  child.kill('SIGUSR2');
  expect(await ended).toEqual({ code: 1, errors: '' });
  expect(lines).toMatch(/^\{"level":"fatal".*\[redacted\]/);
  expect(lines).not.toContain('canary');
});

test('with a certificate it answers over TLS alone, its cookies need TLS, and it says its address to who started it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keyledger-api-'));
  dropped.push(() => rm(folder, { recursive: true }));
  const files = { TLS_CERT_FILE: join(folder, 'tls.crt'), TLS_KEY_FILE: join(folder, 'tls.key') };
  const authority = createTestAuthority('ours');
  const { certificate, key } = authority.issue({ host: 'localhost' });
  await writeFile(files.TLS_CERT_FILE, certificate);
  await writeFile(files.TLS_KEY_FILE, key);
  const { child, ended } = start({ ...(await emptyDatabase()), ...files });
  child.stdout?.resume();
  const url = await Promise.race([
    once(child, 'message').then(([text]) => String(text)),
    ended.then(({ errors }) => errors),
  ]);
  expect(url).toMatch(/^https:\/\/localhost:\d+$/);
  const [answer] = (await once(request(`${url}/dashboard/login`, { ca: authority.certificate }).end(), 'response')) as [
    IncomingMessage,
  ];
  answer.resume();
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-.*; Secure/)]);
  await expect(fetch(url.replace('https:', 'http:'))).rejects.toThrow('fetch failed');
});

test('it ends with the process that started it', async () => {
  const { child } = await startListening(await emptyDatabase());
  const exited = once(child, 'exit');
  child.disconnect();
  expect(await exited).toEqual([0, null]);
});

test('it ends as well with one that was gone before it listened', async () => {
  const { child } = start(await emptyDatabase());
  child.stdout?.resume();
  const exited = once(child, 'exit');
  child.disconnect();
  expect(await exited).toEqual([0, null]);
});

test('every fault of the configuration is told at once, by name and without its value, and exits with 78', async () => {
  const { ended } = start({
    PORT: '70000',
    API_KEY: 'too-short',
    ALLOWED_ORIGINS: 'nonsense',
    MASTER_KEY: 'weak-weak',
    TLS_CERT_FILE: 'nowhere',
  });
  const { code, errors } = await ended;
  expect(code).toBe(78);
  for (const name of ['DATABASE_URL', 'PORT', 'API_KEY', 'ALLOWED_ORIGINS', 'MASTER_KEY', 'TLS_KEY_FILE'])
    expect(errors).toContain(`${name}:`);
  expect(errors).not.toMatch(/70000|too-short|nonsense|weak-weak|nowhere|\n\s+at /);
});

test('another master key than the database was sealed with is one sentence and exit 78', async () => {
  const environment = await emptyDatabase();
  const { child, ended } = await startListening(environment);
  child.kill('SIGTERM');
  await ended;
  const wrong = await start({ ...environment, MASTER_KEY: generateMasterKey() }).ended;
  expect(wrong.code).toBe(78);
  expect(wrong.errors).toMatch(
    /^This database needs master key [0-9a-f]{16} for 1 data key, and MASTER_KEY is another: [^\n]*\n$/,
  );
});

test('a token signs in twenty times and then has to wait a minute', async () => {
  const { origin } = await startListening({ ...(await emptyDatabase()), RATE_LIMIT_BURST: '1000' });
  const statuses = [];
  for (let times = 0; times < 20; times += 1) statuses.push((await createPageVisitor(origin).signIn(apiKey)).status);
  expect(new Set(statuses)).toEqual(new Set([303]));
  const { status, headers } = await createPageVisitor(origin).signIn(apiKey);
  expect([status, Number(headers.get('retry-after'))]).toEqual([
    429,
    expect.toSatisfy((secs) => secs > 30 && secs <= 60),
  ]);
});

test('a port that is taken is one sentence and exit 78', async () => {
  const environment = await emptyDatabase();
  const { origin } = await startListening(environment);
  const { port } = new URL(origin);
  expect(await start({ ...environment, PORT: port }).ended).toEqual({
    code: 78,
    errors: `Cannot listen on 127.0.0.1:${port}: another program listens there already; stop it, or set PORT to another one.\n`,
  });
});

test('an empty database needs API_KEY, and nothing is made without it', async () => {
  const { API_KEY: _none, ...environment } = await emptyDatabase();
  const { code, errors } = await start(environment).ended;
  expect([code, errors]).toEqual([78, expect.stringContaining('API_KEY: is required for the first start')]);
  const db = openDatabase({ url: environment.DATABASE_URL ?? '' });
  expect(await db.unscoped.tenant.count()).toBe(0);
  await db.close();
});

test.skipIf(redis === null)(
  'replicas share their rate limits in Redis, and go on without it when it is gone',
  async () => {
    const environment = {
      ...(await emptyDatabase()),
      REDIS_URL: redis?.url ?? '',
      RATE_LIMIT_BURST: '4',
      RATE_LIMIT_RPM: '1',
    };
    const [one, two] = await Promise.all([startListening(environment), startListening(environment)]);
    // The first requests of a replica may come before its connection to Redis is there.
    for (const { origin } of [one, two]) {
      await eventually('it is ready', async () => (await statusOf(`${origin}/health/ready`)) === 200);
    }
    const statuses = [];
    for (const { origin } of [one, two, one, two, one, two]) statuses.push(await statusOf(`${origin}/keys`));
    expect(statuses).toEqual([200, 200, 200, 200, 429, 429]);

    await redis?.stop();
    expect(await statusOf(`${two.origin}/keys`)).toBe(200);
    expect(await statusOf(`${two.origin}/health/ready`)).toBe(503);
    two.child.kill('SIGTERM');
    expect((await two.ended).code).toBe(0);
  },
);

test('what requests leave behind is collected while it is young, also after more came than could be answered', async () => {
  const environment = { ...(await emptyDatabase()), RATE_LIMIT_RPM: '1000000', RATE_LIMIT_BURST: '100000' };
  const { child, origin } = await startListening(environment, ['--trace-gc-nvp']);
  const collections: { allocated: number; promoted: number }[] = [];
  child.stdout?.on('data', (chunk: Buffer) => {
    const found = chunk.toString().matchAll(/ gc=s .* allocated=(?<allocated>\d+) promoted=(?<promoted>\d+) /g);
    for (const { groups } of found) {
      collections.push({ allocated: Number(groups?.['allocated']), promoted: Number(groups?.['promoted']) });
    }
  });
  const ask = async ({ times, atOnce }: { times: number; atOnce: number }) => {
    for (let i = 0; i < times; i += 1) {
      await Promise.all(Array.from({ length: atOnce }, () => statusOf(`${origin}/keys`)));
    }
  };
  await ask({ times: 20, atOnce: 100 });
  await ask({ times: 1_000, atOnce: 2 });
  const last = collections.slice(-4).map(({ allocated, promoted }) => promoted / allocated);
  expect(last).toHaveLength(4);
  expect(Math.max(...last), 'share of it that is kept').toBeLessThan(0.02);
});
