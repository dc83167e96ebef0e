import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { newId } from '#core/ids.js';
import { openDatabase } from '#db/database.js';
import { recordHeartbeat } from '#domain/operations/record-heartbeat.js';
import { unscopedWorkerHealth } from '#domain/operations/unscoped-worker-health.js';
import { eventually } from '#testing/eventually.js';
import { createTestInstallation, type TestInstallation } from '#testing/test-installation.js';
import { type Pulse, startPulse } from './pulse.js';
import { schedules } from './schedules.js';

let home: TestInstallation;
let pulse: Pulse;
let silences: number;
let repeated: string[];

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterAll(() => {
  vi.useRealTimers();
});
beforeEach(async () => {
  home = await createTestInstallation();
  silences = 0;
  repeated = [];
});
afterEach(async () => {
  pulse.stop();
  await home.close();
});

const queues = { repeat: async (job: string) => void repeated.push(job) };
const start = (over: Partial<Parameters<typeof startPulse>[0]> = {}, aliveFile?: string) => {
  pulse = startPulse(
    { ...home, queues, ...over },
    {
      workerId: newId(),
      onSilence: () => (silences += 1),
      aliveFile,
    },
  );
};

async function heartbeats(): Promise<number> {
  const { lastHeartbeatAt } = await unscopedWorkerHealth(home);
  return lastHeartbeatAt?.getTime() ?? 0;
}

/** Lets so much time pass and a whole beat take place: that another one begins shows that the first has ended. */
async function pass(ms: number): Promise<void> {
  for (const step of [ms, 1]) {
    home.clock.advance(step);
    await eventually('the heart beat', async () => {
      vi.advanceTimersByTime(10_000);
      return (await heartbeats()) === home.clock.now().getTime();
    });
  }
}

test('a worker without any sweep for two minutes is told of, not before', async () => {
  start();
  await pass(119_000);
  expect(silences).toBe(0);
  await pass(1_001);
  await eventually('silence is told', () => silences > 0);
});

test('the alive file is written with each beat that reaches the database, and with no other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'keyledger-pulse-'));
  const aliveFile = join(folder, 'alive');
  const away = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
  let failures = 0;
  const logger = { ...home.logger, warn: () => void (failures += 1) } as unknown as TestInstallation['logger'];
  start({ db: away, logger }, aliveFile);
  await eventually('the beat failed', () => failures > 0);
  expect(existsSync(aliveFile)).toBe(false);
  pulse.stop();

  start({}, aliveFile);
  await eventually('it is written', async () => existsSync(aliveFile) && (await readFile(aliveFile, 'utf8')) !== '');
  expect(await readFile(aliveFile, 'utf8')).toBe(`${home.clock.now().toISOString()}\n`);
  await away.close();
  await rm(folder, { recursive: true });
});

test('a sweep of this worker, or of any other, is no silence', async () => {
  start();
  await pass(0);
  home.clock.advance(60_000);
  pulse.swept();
  await pass(110_000);
  await recordHeartbeat(home, { workerId: newId(), startedAt: home.clock.now(), lastSweepAt: home.clock.now() });
  await pass(100_000);
  await pass(10_000);
  expect(silences).toBe(0);
});

test('schedules are put back at every beat', async () => {
  start();
  await eventually('the first time', () => repeated.length === schedules.length);
  await pass(10_000);
  await eventually('once more', () => repeated.length >= 2 * schedules.length);
  expect(repeated.slice(schedules.length, 2 * schedules.length)).toEqual(schedules.map(({ job }) => job));
});

test('a queue that never answers does not keep the watchdog from looking', async () => {
  start({ queues: { repeat: () => new Promise(() => undefined) } });
  await pass(120_001);
  expect(silences).toBeGreaterThan(0);
});

test('while the database is away nothing is held against the sweep', async () => {
  const lines: string[] = [];
  const logger = Object.assign(Object.create(home.logger), { warn: (_: object, text: string) => lines.push(text) });
  const db = openDatabase({ url: 'postgres://nobody@127.0.0.1:9/none', poolSize: 1 });
  const deps = { ...home, logger, queues, db: { ...db } };
  start(deps);
  await eventually('the first beat fails', () => lines.includes('heartbeat failed'));
  home.clock.advance(600_000);
  vi.advanceTimersByTime(10_000);
  await eventually('the next beat fails', () => lines.filter((line) => line === 'heartbeat failed').length === 2);
  expect(silences).toBe(0);
  await db.close();
});
