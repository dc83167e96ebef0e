import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#core/logger.js';
import { chooseServerUser, type ServerUser } from './choose-server-user.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { ensureDatabase } from './ensure-database.js';
import { ensureHome } from './ensure-home.js';
import { ensurePassword, passwordFile } from './ensure-password.js';
import { findDataDir } from './find-data-dir.js';
import { findFreePort } from './find-free-port.js';
import { findShippedServer, type ShippedServer } from './find-shipped-server.js';
import { holdLock } from './hold-lock.js';
import { initializeData, isInitialized } from './initialize-data.js';
import { ownerUrl } from './owner-url.js';
import { placeData } from './place-data.js';
import { prepareServerBinaries, type ServerBinaries } from './prepare-server-binaries.js';
import { readPostmaster } from './read-postmaster.js';
import { runServer, type RunningServer } from './run-server.js';
import { settleFormerServer } from './settle-former-server.js';

export interface EmbeddedPostgresOptions {
  /** `<home>/postgres`. Password, lock and pointer files lie beside it, so its parent is the home. */
  dataDir: string;
  logger: Pick<Logger, 'info' | 'warn' | 'debug'>;
  /** On 127.0.0.1. Default: a free one, another at every start. */
  port?: number;
  /** Postgres settings over our defaults, for tests: `{ fsync: 'off' }`. */
  settings?: Record<string, string>;
  /** Default: the one npm installed. */
  shippedServer?: ShippedServer;
  /** Only as root: where copies go that the server's user can reach. Default /var/lib/keyledger. */
  reachableRoot?: string;
}

export interface EmbeddedPostgres {
  /** Of the database `keyledger` as the owner login. Holds a password: environment or memory only. */
  url: string;
  pid: number;
  port: number;
  /** Where the data really is; differs from the one asked for when that was out of reach (see `placeData`). */
  dataDir: string;
  /** Resolves when the server is gone, whether stopped or dead; the lock is free again by then. Never rejects. */
  exited: Promise<void>;
  /** Fast shutdown, within 3 s. Idempotent. */
  stop(): Promise<void>;
}

/** Recovery after a power cut rereads the log written since the last checkpoint; seconds, as a rule. */
const readyWithinMs = 120_000;
const attempts = 5;

/** SQLSTATE invalid_password. */
const wrongPassword = '28P01';

/** A small machine, loopback only, and a log that never repeats a statement, since statements carry people's data. */
const defaultSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/**
 * Starts the Postgres server that npm brought, on data that is made at the first start. Whatever an earlier run left
 * behind after a kill -9 (lock, server, half-made data) is cleared. The server runs in a process group of its own and
 * outlives us if we are killed; the next start then stops it first.
 * @throws EmbeddedPostgresError when the data is in use by another live process, a folder is not ours to write, the
 *   port is taken, or the server does not run here
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const home = dirname(options.dataDir);
  const reachableRoot = options.reachableRoot ?? '/var/lib/keyledger';
  await ensureHome(home);
  const user = await chooseServerUser(await findDataDir(options.dataDir));
  const dataDir = await placeData(options.dataDir, user, reachableRoot);
  const release = await lockData(dataDir);
  try {
    const copyRoot = user ? reachableRoot : home;
    const binaries = await prepareServerBinaries(options.shippedServer ?? findShippedServer(), { copyRoot, user });
    const password = await ensureData(options, { dataDir, binaries, user });
    await settleFormerServer(dataDir);
    const { server, port } = await launch(options, { dataDir, binaries, user, password });
    const exited = server.exited.then(release);
    const stop = async (): Promise<void> => {
      await server.stop();
      await exited;
    };
    options.logger.info({ pid: server.pid, port, dataDir }, 'embedded Postgres is ready');
    return { url: ownerUrl(port, password), pid: server.pid, port, dataDir, exited, stop };
  } catch (error) {
    await release();
    throw error;
  }
}

async function lockData(dataDir: string): Promise<() => Promise<void>> {
  const lock = await holdLock(`${dataDir}.lock`);
  if (lock.held) return lock.release;
  throw new EmbeddedPostgresError(
    `The data in ${dirname(dataDir)} is in use by another Keyledger (process ${lock.heldByPid}): stop it first, or set KEYLEDGER_HOME to another folder.`,
  );
}

interface Prepared {
  dataDir: string;
  binaries: ServerBinaries;
  user: ServerUser | undefined;
}

async function ensureData(options: EmbeddedPostgresOptions, prepared: Prepared): Promise<string> {
  const initialized = await isInitialized(prepared.dataDir);
  const password = await ensurePassword(options.dataDir, initialized ? 'find' : 'create');
  if (password === null) {
    throw new EmbeddedPostgresError(
      `The database in ${prepared.dataDir} is there, but its password file is gone: restore ${passwordFile(options.dataDir)}, or move the database away to begin anew.`,
    );
  }
  if (!initialized) {
    const sync = options.settings?.['fsync'] !== 'off';
    await initializeData(prepared.dataDir, { ...prepared, password, sync });
  }
  return password;
}

/**
 * Tries again when the chosen port was snatched away, and while backends of a killed server are still letting go of
 * the shared memory.
 */
async function launch(
  options: EmbeddedPostgresOptions,
  prepared: Prepared & { password: string },
): Promise<{ server: RunningServer; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await findFreePort());
    const server = await runServer({
      postgres: prepared.binaries.postgres,
      dataDir: prepared.dataDir,
      port,
      user: prepared.user,
      settings: { ...defaultSettings, ...options.settings },
      logger: options.logger,
    });
    try {
      await waitUntilReady(server, prepared.dataDir, ownerUrl(port, prepared.password));
      return { server, port };
    } catch (error) {
      const gone = server.isGone();
      await server.stop();
      if (!gone || attempt === attempts) throw error;
      await sleep(attempt * 100);
    }
  }
}

/** Asks `postmaster.pid` first: until it names our process, whoever answers at the port may be a stranger. */
async function waitUntilReady(server: RunningServer, dataDir: string, url: string): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  while (!(await acceptsConnections(server, dataDir))) {
    if (server.isGone()) throw new EmbeddedPostgresError(`Postgres did not start: ${server.lastFault()}.`);
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(`Postgres did not accept connections within ${readyWithinMs / 1000} s.`);
    }
    await sleep(10);
  }
  try {
    await ensureDatabase(url);
  } catch (error) {
    if ((error as { code?: string }).code !== wrongPassword) throw error;
    throw new EmbeddedPostgresError('The database does not accept the password kept beside it: restore that file.', {
      cause: error,
    });
  }
}

async function acceptsConnections(server: RunningServer, dataDir: string): Promise<boolean> {
  const postmaster = await readPostmaster(dataDir);
  return postmaster?.pid === server.pid && postmaster.ready;
}
