import { withTenant } from '#db/with-tenant.js';
import type { SimulatorOptions } from '#simulator/create-simulator.js';
import type { Behaviour } from '#simulator/simulated-key.js';
import { eventually } from './eventually.js';
import { createProbingInstallation, type ProbingInstallation, type StoredTestKey } from './probing-installation.js';
import { startWorkerProcess, type WorkerProcess } from './worker-process.js';

/** What the books of the tenant hold, history and sums counted apart. */
export interface Books {
  runs: number;
  runsInSums: number;
  usageRecords: number;
  usageInSums: number;
  claims: number;
}

/** An installation at the present time, with worker processes of its own. */
export interface WorkerInstallation extends ProbingInstallation {
  addKeys(count: number, behaviour?: Behaviour): Promise<StoredTestKey[]>;
  /** How many requests that cost money the simulator got with each key. */
  paidRequests(keys: StoredTestKey[]): number[];
  books(): Promise<Books>;
  untilRecorded(runs: number, withinMs?: number): Promise<void>;
  /** The worker's program with just the variables it needs, and `env`. `close` kills it if it still runs. */
  run(env?: Record<string, string>, ...args: string[]): WorkerProcess;
  /** The same, once it is at work. */
  startWorker(env?: Record<string, string>): Promise<WorkerProcess>;
}

/** @param folder a compiled copy (`compileSources`) */
export async function createWorkerInstallation(
  folder: string,
  options?: SimulatorOptions,
): Promise<WorkerInstallation> {
  const home = await createProbingInstallation(options);
  home.clock.set(new Date());
  const workers: WorkerProcess[] = [];
  const told = {
    DATABASE_URL: home.url,
    MASTER_KEY: home.masterKey,
    OPENAI_BASE_URL: home.settings.baseUrl,
    OUTBOUND_ALLOW: '127.0.0.1',
    LOG_LEVEL: 'trace',
  };
  const run: WorkerInstallation['run'] = (env, ...args) => {
    const worker = startWorkerProcess(folder, { ...told, ...env }, args);
    workers.push(worker);
    return worker;
  };
  const books = () => readBooks(home);
  return {
    ...home,
    run,
    books,
    async addKeys(count, behaviour = 'healthy') {
      // One after another: hundreds at once would wait for a connection longer than they may on a busy machine.
      const keys: StoredTestKey[] = [];
      while (keys.length < count) keys.push(await home.addKey(behaviour));
      return keys;
    },
    paidRequests: (keys) => keys.map(({ secret }) => home.requestsWith(secret).paid),
    untilRecorded: (runs, withinMs) =>
      eventually(`${runs} runs are recorded`, async () => (await books()).runs >= runs, withinMs),
    async startWorker(env) {
      const worker = run(env);
      await worker.started();
      return worker;
    },
    async close() {
      for (const { child } of workers) child.kill('SIGKILL');
      await Promise.all(workers.map(({ exited }) => exited));
      await home.close();
    },
  };
}

function readBooks({ db, tenant }: ProbingInstallation): Promise<Books> {
  return withTenant(db, tenant.id, async (tx) => {
    const probeSums = await tx.probeHourly.findMany();
    const usageSums = await tx.usageHourly.findMany();
    return {
      runs: await tx.probeRun.count(),
      runsInSums: probeSums.reduce((sum, { runs }) => sum + runs, 0),
      usageRecords: await tx.usageRecord.count(),
      usageInSums: usageSums.reduce((sum, { records }) => sum + Number(records), 0),
      claims: await tx.probeClaim.count(),
    };
  });
}
