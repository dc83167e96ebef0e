import { setTimeout as delay } from 'node:timers/promises';
import type { BareLoopResult } from './bare-fetch-loop.js';
import { type Installation, openInstallation } from './installation.js';
import { type Child, startChild } from './child.js';
import { withPostgres } from './with-postgres.js';

/**
 * One worker against the simulator at 300 ms, on a real Postgres with its default durability, all on this machine: rate
 * with classification, pricing and storage, memory, and CPU time beside that of a bare fetch loop in the same run; then
 * how long 1,000 keys take when three in ten never answer. With REDIS_URL, the same once more with the queue on Redis.
 * Ends with status 1 when a target is missed.
 */
const targets = { perSecond: 400, maxRssMb: 300, cycleSecs: 30 };
const latencyMs = 300;
const inFlight = 400;
const tenants = 10;
/** Together due more often than any worker here can probe them, at the shortest interval there is. */
const busy = { keysPerTenant: 1_000, intervalSecs: 10 };
const warmUpMs = 8_000;
const windowMs = 8_000;
const windows = 5;

// oxlint-disable-next-line node/no-process-env
const redisUrl = process.env['REDIS_URL'];

await withPostgres(bench);

async function bench(serverUrl: string): Promise<void> {
  const bare = await measureBareLoop();
  say(
    `bare fetch loop, ${inFlight} in flight: ${bare.perSecond.toFixed(0)}/s, ${bare.cpuMsPerRequest.toFixed(2)} CPU ms per request`,
  );
  for (const queue of redisUrl === undefined ? [undefined] : [undefined, redisUrl]) {
    await benchThroughput({ serverUrl, redisUrl: queue }, bare.cpuMsPerRequest);
    await benchHanging({ serverUrl, redisUrl: queue });
  }
}

interface Servers {
  serverUrl: string;
  /** Undefined: the queue is on Postgres. */
  redisUrl: string | undefined;
}

async function measureBareLoop(): Promise<BareLoopResult> {
  const simulator = await startSimulator([]);
  const loop = startChild('bench/bare-fetch-loop.js', { args: [simulator.baseUrl, String(inFlight), '8'] });
  const result = JSON.parse(await loop.nextLine()) as BareLoopResult;
  await Promise.all([loop.stop(), simulator.stop()]);
  return result;
}

async function benchThroughput({ serverUrl, redisUrl }: Servers, bareCpuMs: number): Promise<void> {
  const simulator = await startSimulator([]);
  const installation = await openInstallation(serverUrl, { simulator: simulator.baseUrl, redisUrl });
  await installation.addKeys({ tenants, ...busy, dueAt: new Date() });
  const worker = await startWorker(installation);
  await delay(warmUpMs);
  const samples: { perSecond: number; cpuMsPerProbe: number }[] = [];
  for (let window = 0; window < windows; window += 1) samples.push(await sample(installation, worker));
  const rssMb = (await worker.usage()).maxRssBytes / 2 ** 20;
  await Promise.all([worker.stop(), simulator.stop()]);
  await installation.close();
  const rates = samples.map(({ perSecond }) => perSecond);
  const cpuMs = median(samples.map(({ cpuMsPerProbe }) => cpuMsPerProbe));
  report(
    median(rates) >= targets.perSecond && rssMb < targets.maxRssMb,
    `${name(redisUrl)}: ${median(rates).toFixed(0)} probes/s (median of ${windows}, best ${Math.max(...rates).toFixed(0)}), ` +
      `${rssMb.toFixed(0)} MB RSS at most, ${cpuMs.toFixed(2)} CPU ms per probe, ${(cpuMs / bareCpuMs).toFixed(1)} × bare fetch; ` +
      `target ${targets.perSecond}/s below ${targets.maxRssMb} MB`,
  );
}

async function benchHanging({ serverUrl, redisUrl }: Servers): Promise<void> {
  const simulator = await startSimulator(['--hanging-fraction', '0.3']);
  const installation = await openInstallation(serverUrl, { simulator: simulator.baseUrl, redisUrl });
  await installation.addKeys({
    tenants,
    keysPerTenant: 100,
    intervalSecs: 3600,
    dueAt: new Date(Date.now() + 3_600_000),
  });
  const worker = await startWorker(installation);
  const startedAt = performance.now();
  await installation.makeAllDue();
  while ((await installation.countProbedKeys()) < tenants * 100) await delay(100);
  const secs = (performance.now() - startedAt) / 1000;
  await Promise.all([worker.stop(), simulator.stop()]);
  await installation.close();
  report(
    secs < targets.cycleSecs,
    `${name(redisUrl)}: 1,000 keys of which 30 % hang: full cycle in ${secs.toFixed(1)} s; target below ${targets.cycleSecs} s`,
  );
}

async function startSimulator(options: string[]): Promise<Child & { baseUrl: string }> {
  const args = ['--port', '0', '--latency-ms', String(latencyMs), ...options];
  const child = startChild('tools/openai-simulator/src/main.js', { args });
  const baseUrl = (await child.nextLine()).split(' ')[1] ?? '';
  return { ...child, baseUrl };
}

async function startWorker(installation: Installation): Promise<Child> {
  const worker = startChild('apps/worker/src/main.js', { env: installation.environment });
  while (!(await worker.nextLine()).includes('worker started'));
  return worker;
}

async function sample(
  installation: Installation,
  worker: Child,
): Promise<{ perSecond: number; cpuMsPerProbe: number }> {
  const [runsBefore, { cpuMs }, startedAt] = [await installation.countRuns(), await worker.usage(), performance.now()];
  await delay(windowMs);
  const runs = (await installation.countRuns()) - runsBefore;
  const elapsedMs = performance.now() - startedAt;
  return { perSecond: (runs * 1000) / elapsedMs, cpuMsPerProbe: ((await worker.usage()).cpuMs - cpuMs) / runs };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function name(redisUrl: string | undefined): string {
  return redisUrl === undefined ? 'queue on Postgres' : 'queue on Redis';
}

function report(met: boolean, line: string): void {
  say(`${line}: ${met ? 'met' : 'MISSED'}`);
  if (!met) process.exitCode = 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
