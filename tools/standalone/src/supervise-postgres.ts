import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#core/logger.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#db/embedded/start-embedded-postgres.js';
import { createBackOff, type BackOffLimits } from './back-off.js';

export interface SupervisedPostgres {
  /** The owner's login; stays the same over restarts. */
  url: string;
  dataDir: string;
  /** Fast shutdown, within 3 s. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded Postgres and starts it again, on the same port, whenever it dies.
 * @throws EmbeddedPostgresError when the first start fails
 */
export async function supervisePostgres(options: {
  home: string;
  logger: Logger;
  backOff: BackOffLimits;
  /** It died, or a restart failed; the next attempt follows after the delay. */
  onRestart(restart: { how: string; delayMs: number }): void;
}): Promise<SupervisedPostgres> {
  const dataDir = join(options.home, 'postgres');
  const first = await startEmbeddedPostgres({ dataDir, logger: options.logger });
  const backOff = createBackOff(options.backOff);
  const stopping = new AbortController();
  let running: EmbeddedPostgres | undefined = first;
  let startedAt = performance.now();

  const pause = async (how: string): Promise<void> => {
    const delayMs = backOff.nextDelayMs(performance.now() - startedAt);
    options.onRestart({ how, delayMs });
    await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
  };
  const keepRunning = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (running) {
        await running.exited;
        running = undefined;
        if (!stopping.signal.aborted) await pause('died');
        continue;
      }
      startedAt = performance.now();
      try {
        running = await startEmbeddedPostgres({ dataDir, logger: options.logger, port: first.port });
      } catch (error) {
        options.logger.error({ err: error }, 'embedded Postgres did not start again');
        await pause('did not start');
      }
    }
    // A start that was under way when stopping began.
    await running?.stop();
  };
  const finished = keepRunning();

  return {
    url: first.url,
    dataDir: first.dataDir,
    async stop() {
      stopping.abort();
      await running?.stop();
      await finished;
    },
  };
}
