import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { generateMasterKey } from '#crypto/master-key.js';
import { readPostmaster } from '#db/embedded/read-postmaster.js';
import { compileSources } from '#testing/compile-sources.js';
import { findQuietPort } from '#testing/find-quiet-port.js';

/** Stand-ins that do what the supervisor may expect of api and worker, and tell their process ids. */
const standInApi = `
  import { createServer } from 'node:http';
  if (process.env.API_REFUSES) { console.error('PORT: is not to my liking'); process.exit(78); }
  console.log(JSON.stringify({ level: 'warn', msg: 'pid ' + process.pid }));
  const server = createServer((request, response) => response.end('ok'));
  server.listen(process.env.PORT, '127.0.0.1', () => process.send('http://localhost:' + process.env.PORT));
  const stop = () => { server.close(); server.closeAllConnections(); process.disconnect?.(); };
  if (!process.connected) process.exit(0);
  process.on('SIGTERM', stop).on('disconnect', () => process.exit(0));`;
const standInWorker = `
  import { Client } from 'pg';
  if (process.argv.includes('--once')) {
    const client = new Client({ connectionString: process.env.DATABASE_URL });
    await client.connect();
    const { rows } = await client.query('SELECT slug FROM tenant');
    console.log(rows[0].slug, process.env.MASTER_KEY_FILE);
    await client.end();
    process.exit(1);
  }
  console.log(JSON.stringify({ level: 'warn', msg: 'pid ' + process.pid }));
  console.log(JSON.stringify({ level: 'info', msg: 'key file ' + process.env.MASTER_KEY_FILE }));
  setInterval(() => {}, 1000);
  if (!process.connected) process.exit(0);
  process.on('SIGTERM', () => process.exit(0)).on('disconnect', () => process.exit(0));`;

let compiled: Awaited<ReturnType<typeof compileSources>>;
let base: string;
let home: string;
let started: Run[];

beforeAll(async () => {
  compiled = await compileSources();
  await writeFile(join(compiled.folder, 'dist/apps/api/src/main.js'), standInApi);
  await writeFile(join(compiled.folder, 'dist/apps/worker/src/main.js'), standInWorker);
});
afterAll(() => compiled.remove());

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'keyledger-standalone-'));
  await chmod(base, 0o755);
  home = join(base, 'home');
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((run) => run.stop()));
  await rm(base, { recursive: true, force: true });
});

interface Run {
  child: ChildProcess;
  port: number;
  output(): string;
  /** Resolves with the match as soon as the output holds it. Rejects when the program ended without. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  ended: Promise<number | null>;
  stop(): Promise<void>;
}

async function run(env: Record<string, string> = {}, program = ['main.js']): Promise<Run> {
  const port = Number(env['PORT'] ?? (await findQuietPort()));
  const child = spawn(process.execPath, [join('dist/tools/standalone/src', program[0] ?? ''), ...program.slice(1)], {
    cwd: compiled.folder,
    env: { KEYLEDGER_HOME: home, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([status]) => status as number | null);
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const shows = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(output);
      if (match) return match;
      if (isOver()) throw new Error(`It ended without showing ${pattern.source}:\n${output}`);
      await Promise.race([once(child.stdout, 'data'), ended]);
    }
  };
  const stop = async (): Promise<void> => {
    if (!isOver()) child.kill('SIGTERM');
    await ended;
  };
  const result = { child, port, output: () => output, shows, ended, stop };
  started.push(result);
  return result;
}

async function isLive(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/live`).then(
    (response) => response.ok,
    () => false,
  );
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

const everythingRuns = /Ctrl-C stops everything/;

test('the first start shows address, token and key; the next one neither token nor notice; each stops whole', async () => {
  const first = await run();
  await first.shows(everythingRuns);
  expect(first.output()).toContain(`http://localhost:${first.port}`);
  expect(first.output()).toMatch(/Token +klt_\S+ /);
  expect(first.output()).toContain('Back the master key up');
  expect(await isLive(first.port)).toBe(true);
  expect((await stat(join(home, 'master.key'))).mode & 0o777).toBe(0o600);
  // The worker's own first line: it may still be starting when everything is said to run.
  await until(async () =>
    (await readFile(join(home, 'logs/worker.log'), 'utf8')).includes(`key file ${join(home, 'master.key')}`),
  );

  const before = performance.now();
  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
  expect(performance.now() - before).toBeLessThan(10_000);
  expect(await isLive(first.port)).toBe(false);
  expect(await readPostmaster(join(home, 'postgres'))).toBeNull();

  const second = await run();
  await second.shows(everythingRuns);
  expect(second.output()).not.toMatch(/klt_|Back the master key up/);
  expect(second.output()).toMatch(/Token +one that was shown before {2}← lost\? Start with another in API_KEY/);
});

test('API_KEY is the first token and is not printed', async () => {
  const { shows, output } = await run({ API_KEY: 'chosen-by-the-operator' });
  await shows(everythingRuns);
  expect(output()).toContain('the one in API_KEY');
  expect(output()).not.toMatch(/klt_|chosen-by-the-operator/);
});

test('api, worker or database killed: each is started again, and the terminal says so', async () => {
  const { shows, port } = await run();
  await shows(everythingRuns);
  for (const name of ['api', 'worker']) {
    const [, pid] = await shows(new RegExp(`${name} │ warn {2}pid (\\d+)`));
    process.kill(Number(pid), 'SIGKILL');
    await shows(new RegExp(`${name} │ ended by itself \\(SIGKILL\\)[^]*${name} │ warn {2}pid`));
  }
  await until(() => isLive(port));
  const postmaster = await readPostmaster(join(home, 'postgres'));
  process.kill(postmaster?.pid ?? 0, 'SIGKILL');
  await shows(/postgres │ died; starting again in 0\.5 s/);
  await until(async () => {
    const next = await readPostmaster(join(home, 'postgres'));
    // What the dead one left says ready as well, until the next one puts its own in its place.
    return next?.ready === true && next.running && next.pid !== postmaster?.pid;
  });
  expect((await readPostmaster(join(home, 'postgres')))?.port).toBe(postmaster?.port);
});

test('after a kill -9 of the supervisor its processes end, and the next start takes the data over', async () => {
  const former = await run();
  await former.shows(everythingRuns);
  const [, api] = await former.shows(/api │ warn {2}pid (\d+)/);
  const [, worker] = await former.shows(/worker │ warn {2}pid (\d+)/);
  former.child.kill('SIGKILL');
  await former.ended;
  await until(() => !isRunning(Number(api)) && !isRunning(Number(worker)));

  const next = await run();
  await next.shows(everythingRuns);
  expect(await isLive(next.port)).toBe(true);
});

test('a second start on the same data names the first', async () => {
  const first = await run();
  await first.shows(everythingRuns);
  const second = await run();
  expect(await second.ended).toBe(1);
  expect(second.output().trim()).toBe(
    `Keyledger is running on ${home} already (process ${first.child.pid}): stop it first, or set KEYLEDGER_HOME to another folder.`,
  );
});

const programs = ['main.js', 'demo.js'];

test.each(programs)('arguments of %s are refused and not repeated, and nothing is started', async (program) => {
  const { ended, output } = await run({}, [program, '--api-key', 'sk-proj-canary']);
  expect(await ended).toBe(1);
  expect(output().trim()).toMatch(/^This command takes no arguments\. Settings are .*PORT=8080.*$/);
  expect(existsSync(home)).toBe(false);
});

test.each(programs)('a taken port is told by %s before anything is started or said', async (program) => {
  const taken = createServer().listen(0);
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const { ended, output } = await run({ PORT: String(port) }, [program]);
  expect(await ended).toBe(1);
  expect(output().trim()).toBe(
    `Port ${port} is taken by another program: stop that one, or set PORT to another number.`,
  );
  taken.close();
});

test('another master key than the data was sealed with: one sentence, and the stored key is left alone', async () => {
  const first = await run();
  await first.shows(everythingRuns);
  await first.stop();

  const given = await run({ MASTER_KEY: generateMasterKey() });
  expect(await given.ended).toBe(1);
  expect(given.output().trim()).toMatch(
    /^This database needs master key [0-9a-f]{16} for 1 data key, and MASTER_KEY is another: [^\n]*$/,
  );

  await rm(join(home, 'master.key'));
  const lost = await run();
  expect(await lost.ended).toBe(1);
  expect(lost.output().trim()).toMatch(
    /^The master key file \S+master\.key is missing: this database needs master key [0-9a-f]{16} for 1 data key\. Restore [^\n]*$/,
  );
  await expect(stat(join(home, 'master.key'))).rejects.toThrow(/ENOENT/);

  await writeFile(join(home, 'master.key'), 'half a ke');
  const damaged = await run();
  expect(await damaged.ended).toBe(1);
  expect(damaged.output().trim()).toMatch(/^The master key file \S+master\.key is damaged: [^\n]*$/);
});

test('a home that cannot be written, and a database that cannot be reached: one sentence each', async () => {
  await writeFile(join(base, 'file'), '');
  const unwritable = await run({ KEYLEDGER_HOME: join(base, 'file', 'home') });
  expect(await unwritable.ended).toBe(1);
  expect(unwritable.output().trim()).toMatch(/^Cannot write to the data folder [^\n]*$/);

  const port = await findQuietPort();
  const unreachable = await run({ DATABASE_URL: `postgres://me:hunter2@127.0.0.1:${port}/db` });
  expect(await unreachable.ended).toBe(1);
  expect(unreachable.output().trim()).toBe(
    'The database of DATABASE_URL cannot be used: nothing listens at its address.',
  );
  expect(unreachable.output()).not.toContain('hunter2');
});

test('a process that refuses its configuration stops the whole with status 78 and its own words', async () => {
  const { ended, output } = await run({ API_REFUSES: 'yes' });
  expect(await ended).toBe(78);
  expect(output().match(/PORT: is not to my liking/g)).toHaveLength(1);
});

test('a first start that fails or is stopped takes no token with it: the next one shows it', async () => {
  expect(await (await run({ API_REFUSES: 'yes' })).ended).toBe(78);
  const stopped = await run();
  await until(async () => (await readPostmaster(join(home, 'postgres'))) !== null);
  stopped.child.kill('SIGTERM');
  expect(await stopped.ended).toBe(0);
  expect(stopped.output()).not.toContain('klt_');
  const whole = await run();
  await whole.shows(everythingRuns);
  expect(whole.output()).toMatch(/Token +klt_\S+ /);
  expect(whole.output()).toContain('Back the master key up');
});

test('asked to stop during the start, it stops', async () => {
  const { child, ended } = await run();
  await until(async () => (await readPostmaster(join(home, 'postgres'))) !== null);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(await readPostmaster(join(home, 'postgres'))).toBeNull();
});

test('the worker alone uses the running database, starts it when nobody does, and hands on its status', async () => {
  const before = await run({}, ['worker.js', '--once']);
  expect(await before.ended).toBe(2);
  expect(before.output().trim()).toMatch(
    /^There is no master key in [^\n]*\. Put your copy there as master\.key [^\n]*$/,
  );

  const whole = await run();
  await whole.shows(everythingRuns);
  const beside = await run({}, ['worker.js', '--once']);
  expect(await beside.ended).toBe(1);
  await whole.stop();
  const alone = await run({}, ['worker.js', '--once']);
  expect(await alone.ended).toBe(1);
  expect(await readPostmaster(join(home, 'postgres'))).toBeNull();
  expect([beside.output(), alone.output()]).toEqual(Array(2).fill(`default ${join(home, 'master.key')}\n`));
});
