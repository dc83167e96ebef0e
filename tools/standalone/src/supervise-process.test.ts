import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { superviseProcess, type SupervisedProcess } from './supervise-process.js';

const backOff = { firstMs: 20, maxMs: 80, steadyAfterMs: 10_000 };

let folder: string;
let lines: string[];
let restarts: { how: string; delayMs: number }[];
let running: SupervisedProcess[];
/** Wakes up whoever waits for something to happen. */
let happened: EventTarget;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyledger-supervise-'));
  lines = [];
  restarts = [];
  running = [];
  happened = new EventTarget();
});

afterEach(async () => {
  await Promise.all(running.map((supervised) => supervised.stop(0)));
  await rm(folder, { recursive: true, force: true });
});

async function supervise(source: string): Promise<SupervisedProcess> {
  const script = join(folder, `${running.length}.mjs`);
  await writeFile(script, source);
  const supervised = superviseProcess({
    script,
    env: { GREETING: 'from the environment' },
    backOff,
    onLine: (line) => {
      lines.push(line);
      happened.dispatchEvent(new Event('change'));
    },
    onRestart: (restart) => {
      restarts.push(restart);
      happened.dispatchEvent(new Event('change'));
    },
  });
  running.push(supervised);
  return supervised;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await once(happened, 'change');
}

test('a process that ends by itself is started again, after twice the time at each failure, up to the maximum', async () => {
  await supervise('process.exit(3)');
  await until(() => restarts.length === 5);
  expect(restarts.map(({ delayMs }) => delayMs)).toEqual([20, 40, 80, 80, 80]);
  expect(restarts[0]?.how).toBe('exit status 3');
});

test('a process that was killed is started again', async () => {
  await supervise('console.log(process.pid); setInterval(() => {}, 1000)');
  await until(() => lines.length === 1);
  process.kill(Number(lines[0]), 'SIGKILL');
  await until(() => lines.length === 2);
  expect(restarts).toEqual([{ how: 'SIGKILL', delayMs: 20 }]);
  expect(lines[1]).not.toBe(lines[0]);
});

test('a process that ends with 78 is not started again', async () => {
  const supervised = await supervise(`console.error('MASTER_KEY: is required'); process.exitCode = 78`);
  await supervised.gaveUp;
  await sleep(backOff.firstMs * 2);
  expect(lines).toEqual(['MASTER_KEY: is required']);
  expect(restarts).toEqual([]);
});

test('stopping sends SIGTERM, waits for the process to finish, and starts nothing again', async () => {
  const supervised = await supervise(`
    process.on('SIGTERM', () => setTimeout(() => { console.log('finished'); process.exit(0); }, 50));
    setInterval(() => {}, 1000);
    console.log('ready');`);
  await until(() => lines.includes('ready'));
  await Promise.all([supervised.stop(5_000), supervised.stop(5_000)]);
  expect(lines).toEqual(['ready', 'finished']);
  expect(restarts).toEqual([]);
});

test('a process that does not heed SIGTERM is killed once its grace is over', async () => {
  const supervised = await supervise(`
    process.on('SIGTERM', () => console.log('not yet'));
    setInterval(() => {}, 1000);
    console.log(process.pid);`);
  await until(() => lines.length === 1);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const stopped = supervised.stop(200);
    await until(() => lines.length === 2);
    vi.advanceTimersByTime(199);
    expect(() => process.kill(Number(lines[0]), 0)).not.toThrow();
    vi.advanceTimersByTime(1);
    await stopped;
  } finally {
    vi.useRealTimers();
  }
  expect(lines.slice(1)).toEqual(['not yet']);
  expect(() => process.kill(Number(lines[0]), 0)).toThrow('ESRCH');
});

test('stopping during the wait before a restart does not wait for it', async () => {
  const supervised = await supervise('process.exit(1)');
  await until(() => restarts.length === 3);
  const before = performance.now();
  await supervised.stop(5_000);
  expect(performance.now() - before).toBeLessThan(1_000);
});

test('the environment is the given one alone, and nothing travels in the arguments', async () => {
  await supervise(
    `console.log(process.env.GREETING, process.env.HOME, process.argv.length); setInterval(() => {}, 1000)`,
  );
  await until(() => lines.length === 1);
  expect(lines).toEqual(['from the environment undefined 2']);
});
