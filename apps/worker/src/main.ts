import { setFlagsFromString } from 'node:v8';
import { ConfigError } from '#core/config.js';
import { endInOrder } from '#core/end-in-order.js';
import { createLogger } from '#core/logger.js';
import { exitConfig, readEnvironment } from '#core/read-environment.js';
import { openDatabase } from '#db/database.js';
import { migrate } from '#db/migrate.js';
import { openQueuePool } from '#db/open-queue-pool.js';
import { withOwnerConnection } from '#db/with-owner-connection.js';
import { unscopedEnsurePartitions } from '#domain/operations/unscoped-ensure-partitions.js';
import {
  AlteredDataKeyError,
  MasterKeyMismatchError,
  unscopedAssertMasterKeyFits,
} from '#domain/tenants/unscoped-assert-master-key-fits.js';
import { readMasterKeys } from '#domain/master-key/read-master-keys.js';
import { migrateQueue } from '#queue/migrate-queue.js';
import type { QueueBackend } from '#queue/queue-backend.js';
import { readWorkerConfig, type WorkerConfig } from './config.js';
import { importOnce } from './import-once.js';
import { probeOnce } from './once.js';
import { serve } from './serve.js';
import { createWorkerDeps } from './worker-deps.js';

class UsageError extends Error {
  override message = [
    'Usage: worker [--once | --import]',
    '  --once    probe every active key once, print a table, exit 1 if any is not ok',
    '  --import  import every connected organization, print a table, exit 1 if any is not imported',
  ].join('\n');
}

/**
 * Closing waits for servers that may be away. By then probes under way have been handed back, and whatever that could not
 * reach is offered again when its lease ends.
 */
const stopWithinMs = 9_000;
/**
 * V8's: lets garbage grow to half of what lives before collecting, not to several times that. At full load that is some
 * 280 MB instead of 480, for about a tenth of the CPU time per probe (npm run bench -- probes).
 */
const thrift = '--heap-growing-percent=50';

async function main(): Promise<void> {
  const mode = readArguments(process.argv.slice(2));
  const environment = readEnvironment();
  const { ring, faults } = await readMasterKeys(environment);
  const config = readWorkerConfig(environment, faults);
  if (!ring) throw new ConfigError(faults);
  const logger = createLogger({ name: 'worker', level: mode === 'serve' ? config.LOG_LEVEL : 'silent' });
  await migrate(config.DATABASE_URL, { logger });
  const db = openDatabase({ url: config.DATABASE_URL, poolSize: 10 });
  await unscopedAssertMasterKeyFits({ db, ring });
  const deps = { ...createWorkerDeps(config, { db, ring }), logger };
  await unscopedEnsurePartitions(deps);
  if (mode !== 'serve') {
    const terminal = { ...deps, write: (text: string) => void process.stdout.write(text) };
    process.exitCode = await (mode === '--once' ? probeOnce(terminal) : importOnce(terminal, interrupted()));
    await db.close();
    return;
  }
  setFlagsFromString(thrift);
  const backend = await openBackend(config);
  const fail = () => {
    logger.fatal('no worker has looked for due keys for two minutes; ending, to be started anew');
    process.exit(1);
  };
  const { ready, stop } = serve({ ...deps, backend, config }, { onSilence: fail });
  const close = async () => {
    await stop();
    if (backend.kind === 'postgres') await backend.pool.end();
    await db.close();
    logger.info('worker stopped');
  };
  endInOrder({ logger, process }, { close, withinMs: stopWithinMs });
  await ready;
  logger.info({ queue: backend.kind }, 'worker started');
}

async function openBackend(config: WorkerConfig): Promise<QueueBackend> {
  if (config.REDIS_URL !== undefined) return { kind: 'redis', url: config.REDIS_URL };
  await withOwnerConnection(config.DATABASE_URL, migrateQueue);
  return { kind: 'postgres', pool: openQueuePool({ url: config.DATABASE_URL }) };
}

/** Aborts at the first Ctrl-C, so that what is under way is handed back; the second ends the process. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort(new Error('interrupted')));
  return controller.signal;
}

/** @throws UsageError for anything else, as a worker that runs for ever is not what a mistyped `--once` meant */
function readArguments([mode, ...others]: readonly string[]): 'serve' | '--once' | '--import' {
  if (mode === undefined) return 'serve';
  if ((mode !== '--once' && mode !== '--import') || others.length > 0) throw new UsageError();
  return mode;
}

/** Faults that only somebody's decision can mend. */
const lasting = [ConfigError, MasterKeyMismatchError, AlteredDataKeyError];

/** Exit 78: only another configuration helps, so don't restart. With `--once` or `--import`, or misused, 2: it could not run. */
main().catch((error: unknown) => {
  const isConfig = lasting.some((kind) => error instanceof kind);
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n`);
  if (error instanceof UsageError || process.argv.length > 2) process.exit(2);
  process.exit(isConfig ? exitConfig : 1);
});
