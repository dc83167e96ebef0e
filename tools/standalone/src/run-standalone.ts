import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { MasterKeyRing } from '#crypto/key-ring.js';
import type { Database } from '#db/database.js';
import { exitConfig } from '#core/read-environment.js';
import { ensureHome } from '#db/embedded/ensure-home.js';
import { holdLock } from '#db/embedded/hold-lock.js';
import { assertPortFree } from './assert-port-free.js';
import { welcome } from './welcome.js';
import type { StandaloneConfig } from './standalone-config.js';
import { StandaloneError } from './standalone-error.js';
import { migrateDatabase, startDatabase } from './start-database.js';
import { outboundAllow } from './outbound-allow.js';
import { startProcess, type ProcessToStart } from './start-process.js';
import type { StopRequest } from './stop-request.js';
import type { SupervisedProcess } from './supervise-process.js';
import type { Terminal } from './terminal.js';
import { unlockVault } from './unlock-vault.js';

/** Together with Postgres's own 3 s, everything has ended 10 s after it was asked to. */
const graceMs = 7_000;
const listensWithinMs = 60_000;

export interface Standalone {
  config: StandaloneConfig;
  /** Goes on to the processes, with the addresses and key of this installation in place of what it says of them. */
  environment: Record<string, string | undefined>;
  version: string;
  terminal: Terminal;
  stop: StopRequest;
  /** Further processes, started before api and worker. */
  companions?: readonly ProcessToStart[];
  /** What to put into the database before api and worker start. */
  furnish?: (deps: { db: Database; ring: MasterKeyRing }) => Promise<void>;
  /** What else to say once everything runs. */
  hint?: string;
}

/**
 * Runs database, api and worker until it is asked to stop, and ends them all. Resolves with the exit status.
 * @throws StandaloneError and the other one-sentence errors (see `describeFault`) when it cannot start
 */
export async function runStandalone(standalone: Standalone): Promise<number> {
  const { config, terminal, stop } = standalone;
  const endings: (() => Promise<void>)[] = [];
  const ended = new AbortController();
  try {
    await ensureHome(config.home);
    endings.push(await lockHome(config.home));
    await mkdir(join(config.home, 'logs'), { recursive: true, mode: 0o700 });
    await assertPortFree(config.port);

    const database = await startDatabase(config, terminal);
    endings.push(() => database.stop());
    stop.signal.throwIfAborted();
    await migrateDatabase(database.url);
    const vault = await unlockVault(config, database.url, standalone.furnish);
    stop.signal.throwIfAborted();

    const env = {
      ...standalone.environment,
      ...vault.keyEnvironment,
      DATABASE_URL: database.url,
      KEYLEDGER_HOME: config.home,
      OUTBOUND_ALLOW: outboundAllow(standalone.environment['OUTBOUND_ALLOW'], {
        isEmbedded: config.databaseUrl === undefined,
      }),
      PORT: String(config.port),
    };
    const apps = (['api', 'worker'] as const).map((name) => ({ name, script: mainOf(name), env }));
    const processes = [...(standalone.companions ?? []), ...apps].map((one) =>
      startProcess(one, config.home, terminal),
    );
    endings.push(() => stopAll(processes));
    stop.onForce(() => processes.forEach((process) => process.kill()));

    const gaveUp = Promise.race(processes.map((process) => process.gaveUp)).then(() => exitConfig);
    const url = Promise.race(processes.map((process) => process.url));
    const tooLate = failAfter(listensWithinMs, AbortSignal.any([stop.signal, ended.signal]));
    const first = await Promise.race([url, gaveUp, tooLate]);
    if (typeof first === 'number') return first;
    const { version, hint = '' } = standalone;
    const newToken = await vault.makeFirstToken();
    welcome(terminal, { config, url: first, version, vault, newToken, database: database.description, hint });
    return await Promise.race([gaveUp, stop.requested.then(() => 0)]);
  } catch (error) {
    if (stop.signal.aborted && error === stop.signal.reason) return 0;
    throw error;
  } finally {
    ended.abort();
    if (stop.signal.aborted) terminal.print(terminal.dim('\n  Stopping …'));
    for (const end of endings.toReversed()) await end();
  }
}

/** @throws StandaloneError after that time, and the signal's reason when that is aborted before */
async function failAfter(ms: number, signal: AbortSignal): Promise<never> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
  throw new StandaloneError(`The api did not listen within ${ms / 1000} s.`);
}

function mainOf(app: 'api' | 'worker'): string {
  return fileURLToPath(new URL(`../../../apps/${app}/src/main.js`, import.meta.url));
}

async function stopAll(processes: readonly SupervisedProcess[]): Promise<void> {
  await Promise.all(processes.map((process) => process.stop(graceMs)));
}

async function lockHome(home: string): Promise<() => Promise<void>> {
  const lock = await holdLock(join(home, 'keyledger.lock'));
  if (lock.held) return lock.release;
  throw new StandaloneError(
    `Keyledger is running on ${home} already (process ${lock.heldByPid}): stop it first, or set KEYLEDGER_HOME to another folder.`,
  );
}
