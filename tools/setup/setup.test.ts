import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

type Check = (root: string) => boolean;
type Step = (root: string) => Promise<void>;

// By address: the set-up is plain JavaScript, as it runs before there is a compiler.
const load = (file: string): Promise<unknown> => import(new URL(file, import.meta.url).href);
const { dependenciesAreStale } = (await load('ensure-dependencies.mjs')) as { dependenciesAreStale: Check };
const { buildIsStale, build } = (await load('ensure-built.mjs')) as { buildIsStale: Check; build: Step };

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'keyledger setup-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function put(path: string, content: unknown, agoMs = 0): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  const at = new Date(Date.now() - agoMs);
  await utimes(file, at, at);
}

function lockOf(packages: Record<string, unknown>): unknown {
  return { packages: { '': { name: 'ours' }, ...packages } };
}

describe('dependencies are installed again', () => {
  const zod = { 'node_modules/zod': { version: '4', integrity: 'one' } };

  test('when there are none', async () => {
    await put('package-lock.json', lockOf(zod));
    expect(dependenciesAreStale(root)).toBe(true);
  });

  test('when the lock file is newer and wants something else', async () => {
    await put('package-lock.json', lockOf({ 'node_modules/zod': { version: '5', integrity: 'two' } }));
    await put('node_modules/.package-lock.json', { packages: zod }, 60_000);
    expect(dependenciesAreStale(root)).toBe(true);
  });

  test('not when the lock file is newer but says the same, other platforms aside', async () => {
    await put('package-lock.json', lockOf({ ...zod, 'node_modules/for-windows': { version: '1', optional: true } }));
    await put('node_modules/.package-lock.json', { packages: zod }, 60_000);
    expect(dependenciesAreStale(root)).toBe(false);
  });
});

describe('the build', () => {
  beforeEach(async () => {
    await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(root, 'node_modules'));
    const compilerOptions = { rootDir: '.', outDir: 'dist', module: 'nodenext', target: 'es2023', types: [] };
    await put('package.json', { type: 'module' });
    await put('tsconfig.json', {});
    await put('tsconfig.build.json', { compilerOptions, include: ['apps'], exclude: ['**/public/**'] });
    await put('apps/api/src/main.ts', 'export const one: number = 1;');
    await put('apps/api/src/old.ts', 'export {};');
    await put('apps/api/src/dashboard/public/app.js', 'let a;');
    await put('apps/api/src/dashboard/styles/page.css', 'p {}');
    await put('apps/api/src/dashboard/views/page.hbs', '<p>');
    await put('prisma/migrations/1_first/migration.sql', 'SELECT 1');
  });

  test('holds code, templates, the browser’s files and migrations, and is then up to date', async () => {
    expect(buildIsStale(root)).toBe(true);
    await build(root);
    expect(buildIsStale(root)).toBe(false);
    for (const file of [
      'apps/api/src/main.js',
      'apps/api/src/dashboard/public/app.js',
      'apps/api/src/dashboard/styles/page.css',
      'apps/api/src/dashboard/views/page.hbs',
      'prisma/migrations/1_first/migration.sql',
    ]) {
      expect((await stat(join(root, 'dist', file))).isFile()).toBe(true);
    }
  });

  test('is stale after a change, and keeps nothing of a source that is gone', async () => {
    await build(root);
    await rm(join(root, 'apps/api/src/old.ts'));
    expect(buildIsStale(root)).toBe(true);
    await build(root);
    await expect(stat(join(root, 'dist/apps/api/src/old.js'))).rejects.toThrow(/ENOENT/);
  });

  test('that fails says why and leaves the former one in place', async () => {
    await build(root);
    await put('apps/api/src/main.ts', 'export const one: number = "text";');
    await expect(build(root)).rejects.toThrow(/Building failed[^]*main\.ts/);
    expect(await readFile(join(root, 'dist/apps/api/src/main.js'), 'utf8')).toContain('one = 1');
    expect(buildIsStale(root)).toBe(true);
  });
});

describe('several set-ups at once', () => {
  const script = `
    const { withLock } = await import(process.argv[1]);
    await withLock(process.argv[2], async () => {
      console.log('in');
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.log('out');
    });`;

  function holdInTurn(lock: string): { output: () => string; ended: Promise<unknown> } {
    const module = new URL('lock.mjs', import.meta.url).href;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, module, lock]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      log += chunk.toString();
    });
    return { output: () => output, ended: once(child, 'close') };
  }
  let log: string;

  test('work one after the other', async () => {
    log = '';
    const lock = join(root, 'lock');
    await Promise.all([1, 2, 3].map(() => holdInTurn(lock).ended));
    expect(log.replaceAll(/ +waiting.*\n/g, '')).toBe('in\nout\n'.repeat(3));
  });

  test('take over from one that was killed', async () => {
    log = '';
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    await put('lock/pid', String(gone));
    const turn = holdInTurn(join(root, 'lock'));
    await turn.ended;
    expect(turn.output()).toBe('in\nout\n');
  });
});

test('an older Node is told in one sentence, before anything else', () => {
  const pretend = `data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.18.3'}})`;
  const program = fileURLToPath(new URL('run.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, ['--import', pretend, program, 'dist/nothing.js']);
  expect(status).toBe(1);
  expect(stderr.toString()).toBe('Keyledger needs Node 20.19 or newer; this is 20.18.3.\n');
});
