import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, lstat, mkdir, mkdtemp, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '#core/logger.js';
import { compileSources } from '#testing/compile-sources.js';
import { findRunningEmbeddedPostgres } from './find-running-embedded-postgres.js';
import { findShippedServer } from './find-shipped-server.js';
import { postmasterFile, readPostmaster } from './read-postmaster.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './start-embedded-postgres.js';

const logger = createLogger({ name: 'test', level: 'silent' });
const isRoot = process.getuid?.() === 0;
/** An ordinary user that is in every passwd file. */
const ordinary = { uid: 65_534, gid: 65_534 };
/** False in a checkout that only root may enter: there is nothing an ordinary user could run. */
const ordinaryReachesUs =
  isRoot &&
  spawnSync(process.execPath, ['-e', '0'], { ...ordinary, cwd: '/' }).status === 0 &&
  othersMayPass(process.cwd());

function othersMayPass(folder: string): boolean {
  if ((statSync(folder).mode & 0o001) === 0) return false;
  return folder === dirname(folder) || othersMayPass(dirname(folder));
}

let compiled: Awaited<ReturnType<typeof compileSources>>;
let base: string;
let home: string;
let started: EmbeddedPostgres[];
let elsewhere: ChildProcess[];

beforeAll(async () => {
  compiled = await compileSources();
});
afterAll(() => compiled.remove());

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'keyledger-embedded-'));
  await chmod(base, 0o755);
  home = join(base, 'home');
  started = [];
  elsewhere = [];
});

afterEach(async () => {
  await Promise.all(started.map((server) => server.stop()));
  for (const child of elsewhere) child.kill('SIGKILL');
  await rm(base, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    dataDir: join(home, 'postgres'),
    logger,
    settings: { fsync: 'off', shared_buffers: '16MB' },
    reachableRoot: join(base, 'reachable'),
    ...options,
  });
  started.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

interface Elsewhere {
  child: ChildProcess;
  url: string;
  pid: number;
  error?: string;
}

/** Another Keyledger, for what one process cannot do to itself: die of kill -9, or be another user. */
async function startElsewhere(user?: { uid: number; gid: number }): Promise<Elsewhere> {
  const script = `
    import { startEmbeddedPostgres } from '#db/embedded/start-embedded-postgres.js';
    const logger = { info() {}, warn() {}, debug() {} };
    try {
      const server = await startEmbeddedPostgres({ dataDir: process.env.DATA_DIR, logger, settings: { fsync: 'off' } });
      process.on('disconnect', () => void server.stop());
      process.send({ url: server.url, pid: server.pid });
    } catch (error) {
      process.send({ error: error.message }, () => process.disconnect());
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: compiled.folder,
    env: { DATA_DIR: join(home, 'postgres') },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    ...user,
  });
  elsewhere.push(child);
  const [message] = (await once(child, 'message')) as [Omit<Elsewhere, 'child'>];
  return { child, ...message };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

describe('a home that can be written', () => {
  test('the first start makes a UTF-8 database, the next one finds what was stored', async () => {
    const first = await start();
    await query(first.url, `CREATE TABLE note (text text); INSERT INTO note VALUES ('Grüße ✓')`);
    await first.stop();

    const second = await start();
    expect(await query(second.url, 'SELECT text, upper(text) AS upper FROM note')).toEqual([
      { text: 'Grüße ✓', upper: 'GRÜßE ✓' },
    ]);
    expect(second.url).toContain('@127.0.0.1:');
  });

  test('only the password opens the database, and only its owner reads the password', async () => {
    const { url } = await start();
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    expect((await stat(join(home, 'postgres.password'))).mode & 0o777).toBe(0o600);
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'args']);
    expect(stdout).not.toContain(new URL(url).password);
  });

  test('a running server is found by another process until it is stopped', async () => {
    expect(await findRunningEmbeddedPostgres(home)).toBeNull();
    const server = await start();
    expect(await findRunningEmbeddedPostgres(home)).toEqual({ url: server.url });
    await server.stop();
    expect(await findRunningEmbeddedPostgres(home)).toBeNull();
  });

  test('it works on a path with spaces and quotes', async () => {
    home = join(base, `my "own" data's home`);
    const server = await start();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('stopping takes less than 5 s with clients connected, and twice is once', async () => {
    const server = await start();
    const client = new Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    const sleeping = client.query('SELECT pg_sleep(60)').catch(() => 'cut');
    const before = Date.now();
    await Promise.all([server.stop(), server.stop()]);
    expect(Date.now() - before).toBeLessThan(5_000);
    expect(await sleeping).toBe('cut');
  });
});

describe('after a kill -9', () => {
  test('of the server: its end is reported, and the next start recovers what was committed', async () => {
    const server = await start();
    await query(server.url, 'CREATE TABLE kept (id int)');
    process.kill(server.pid, 'SIGKILL');
    await server.exited;

    const next = await start({ port: server.port });
    expect(next.url).toBe(server.url);
    expect(await query(next.url, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 0 }]);
  });

  test('of its Keyledger: the server that lives on is replaced by the next start', async () => {
    const former = await startElsewhere();
    await query(former.url, 'CREATE TABLE kept (id int)');
    await kill(former.child, 'SIGKILL');
    expect(await query(former.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);

    const next = await start();
    expect(await query(next.url, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 0 }]);
    await expect(query(former.url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
  });

  test('of everything, when other programs have the process ids by now, the next start still starts', async () => {
    const server = await start();
    const file = postmasterFile(server.dataDir);
    const leftover = await readFile(file, 'utf8');
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
    await writeFile(file, leftover.replace(String(server.pid), String(stranger.pid)));
    await writeFile(`${server.dataDir}.lock`, `${stranger.pid} another-boot:1\n`);

    const next = await start();
    expect((await readPostmaster(next.dataDir))?.pid).toBe(next.pid);
    expect(stranger.exitCode).toBeNull();
    await kill(stranger, 'SIGKILL');
  });

  test('half-way through the first start: the next one makes the database anew', async () => {
    await mkdir(join(home, 'postgres.new', 'base'), { recursive: true });
    await chmod(home, 0o711);
    const server = await start();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('faults are one sentence each', () => {
  test('a second start on the same data names the process that has it', async () => {
    await start();
    await expect(start()).rejects.toThrow(`in use by another Keyledger (process ${process.pid})`);
  });

  test('a port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await expect(start({ port })).rejects.toThrow(/^Postgres did not start: .*\.$/);
    taken.close();
  });

  test('a home that cannot be made', async () => {
    await writeFile(join(base, 'file'), '');
    home = join(base, 'file', 'home');
    await expect(start()).rejects.toThrow(/^Cannot write to the data folder .*file\/home \(ENOTDIR\)/);
  });

  test('files in the way of the data', async () => {
    await mkdir(join(home, 'postgres', 'something'), { recursive: true });
    await chmod(home, 0o711);
    await expect(start()).rejects.toThrow(/holds files, but no Postgres database/);
  });

  test('what the server complains of before it has a log', async () => {
    const server = await start();
    await server.stop();
    await rm(join(home, 'postgres', 'postgresql.conf'));
    await expect(start()).rejects.toThrow(/^Postgres did not start: .*postgresql\.conf/);
  });

  test('a lost password file is named', async () => {
    const server = await start();
    await server.stop();
    await rm(join(home, 'postgres.password'));
    await expect(start()).rejects.toThrow(`restore ${join(home, 'postgres.password')}`);
  });
});

test('without the links that install scripts make, the server runs from a copy that has them', async () => {
  const shipped = findShippedServer();
  const nativeDir = join(base, 'package', 'native');
  await cp(shipped.nativeDir, nativeDir, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(await readFile(join(nativeDir, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
  await Promise.all(links.map(({ target }) => unlink(join(base, 'package', target)).catch(() => undefined)));

  await start({ shippedServer: { nativeDir, id: shipped.id } });
  const copyRoot = isRoot ? join(base, 'reachable') : home;
  expect((await lstat(join(copyRoot, 'server', shipped.id, 'lib', 'libpq.so.5'))).isSymbolicLink()).toBe(true);
});

describe.runIf(isRoot)('as root', () => {
  test('the server runs as an ordinary user who can read nothing in the home but its own data', async () => {
    const server = await start();
    const owner = await stat(server.dataDir);
    expect(owner.uid).not.toBe(0);
    expect(owner.mode & 0o777).toBe(0o700);
    expect((await stat(home)).mode & 0o777).toBe(0o711);
    expect((await stat(join(home, 'postgres.password'))).uid).toBe(0);
    await expect(query(server.url, `SELECT pg_read_file('${join(home, 'postgres.password')}')`)).rejects.toThrow(
      /Permission denied/,
    );
  });

  test('below a folder that only root may enter, programs and data go where the server reaches them', async () => {
    const closed = join(base, 'root');
    await mkdir(closed, { mode: 0o700 });
    const shipped = findShippedServer();
    await cp(shipped.nativeDir, join(closed, 'native'), { recursive: true, verbatimSymlinks: true });
    home = join(closed, 'checkout', '.keyledger');
    const options = { shippedServer: { nativeDir: join(closed, 'native'), id: shipped.id } };

    const first = await start(options);
    expect(first.dataDir.startsWith(join(base, 'reachable'))).toBe(true);
    await query(first.url, 'CREATE TABLE kept (id int)');
    expect(await findRunningEmbeddedPostgres(home)).toEqual({ url: first.url });
    await first.stop();

    const second = await start(options);
    expect(await query(second.url, 'SELECT count(*)::int AS rows FROM kept')).toEqual([{ rows: 0 }]);
  });

  test.runIf(ordinaryReachesUs)(
    'an ordinary user starts it as well, and is told when a folder is not theirs',
    async () => {
      home = join(base, 'not-theirs');
      await mkdir(home, { mode: 0o755 });
      expect((await startElsewhere(ordinary)).error).toMatch(/^Cannot write to the data folder .* \(EACCES\)/);

      home = join(base, 'theirs');
      await mkdir(home, { mode: 0o700 });
      await chown(home, ordinary.uid, ordinary.gid);
      const server = await startElsewhere(ordinary);
      expect(server.error).toBeUndefined();
      expect((await stat(join(home, 'postgres'))).uid).toBe(ordinary.uid);
      expect(await findRunningEmbeddedPostgres(home)).toEqual({ url: server.url });
      expect((await startElsewhere()).error).toContain(`(process ${server.child.pid})`);

      const exited = once(server.child, 'exit');
      server.child.disconnect();
      await exited;
      expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    },
  );
});
