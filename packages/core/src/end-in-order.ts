import type { Logger } from './logger.js';

/** What is asked of Node's `process`. */
interface Running {
  on(event: 'SIGTERM' | 'SIGINT' | 'disconnect', listener: () => void): unknown;
  on(event: 'uncaughtException', listener: (error: unknown, origin: string) => void): unknown;
  exit(status: number): void;
  /** Only where a parent has a channel to it, which it may have closed. */
  send?: unknown;
  connected?: boolean | undefined;
}

/**
 * Ends the process in good order, once, and says why in one line of the log. With 0 at a signal, and when the parent that
 * supervises it is gone, lest it goes on unseen. With 1 at a fault that nothing caught, thrown or rejected (Node raises
 * the second as the first), for whoever supervises it to start it anew: what it was doing is unknown, so it goes on with
 * nothing.
 * @param close what is done before the end
 * @param withinMs the longest that it may take: what is connected to something that is gone may never close
 */
export function endInOrder(
  { logger, process }: { logger: Logger; process: Running },
  { close, withinMs }: { close: () => Promise<void>; withinMs: number },
): void {
  let isEnding = false;
  let isFaulty = false;
  const exit = () => process.exit(isFaulty ? 1 : 0);
  const end = () => {
    isEnding = true;
    setTimeout(() => {
      logger.warn('stopped before all was closed, as something does not answer');
      exit();
    }, withinMs);
    close()
      .catch((error: unknown) => {
        isFaulty = true;
        logger.error({ err: error }, 'stopping failed');
      })
      .finally(exit);
  };
  const stop = (reason: 'SIGTERM' | 'SIGINT' | 'disconnect') => {
    if (isEnding) return;
    logger.info({ reason }, 'stopping');
    end();
  };
  for (const reason of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(reason, () => stop(reason));
  process.on('uncaughtException', (error, origin) => {
    // One line, however many faults the first brings about, and one closing, whatever it began with.
    if (isFaulty) return;
    isFaulty = true;
    logger.fatal({ err: error, origin }, 'a fault that nothing caught; ending, to be started anew');
    if (!isEnding) end();
  });
  // A parent that ended while we started told nobody: there was no listener yet.
  const startedByParent = process.send !== undefined;
  if (startedByParent && !process.connected) stop('disconnect');
}
