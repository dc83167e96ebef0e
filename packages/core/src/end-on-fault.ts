import type { Logger } from './logger.js';

/** What is asked of Node's `process`. */
interface Ending {
  on(event: 'uncaughtException', listener: (error: unknown, origin: string) => void): unknown;
  exit(status: number): void;
}

/**
 * Ends the process after a fault that nothing caught, thrown or rejected (Node raises the second as the first): what it was
 * doing is unknown, so it goes on with nothing. Logs one line, closes as a signal would, and ends with 1, for whoever
 * supervises it to start it anew.
 * @param close what a signal does, without ending the process
 * @param withinMs the longest that closing may take
 */
export function endOnFault(
  deps: { logger: Logger; process: Ending },
  { close, withinMs }: { close: () => Promise<void>; withinMs: number },
): void {
  let isEnding = false;
  const end = async () => {
    setTimeout(() => deps.process.exit(1), withinMs);
    try {
      await close();
    } catch (error) {
      deps.logger.error({ err: error }, 'stopping failed');
    }
    deps.process.exit(1);
  };
  deps.process.on('uncaughtException', (error, origin) => {
    // One line and one closing, however many faults the first brings about.
    if (isEnding) return;
    isEnding = true;
    deps.logger.fatal({ err: error, origin }, 'a fault that nothing caught; ending, to be started anew');
    void end();
  });
}
