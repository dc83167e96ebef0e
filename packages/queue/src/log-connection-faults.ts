import type { Logger } from '#core/logger.js';

const quietMs = 30_000;

/**
 * Logs a lost connection once in 30 s for each kind of fault: every queue and worker hears of it at once, and again at each
 * attempt to reconnect.
 * @param nowMs monotonic milliseconds
 */
export function logConnectionFaults(logger: Logger, nowMs: () => number = () => performance.now()) {
  const loggedAtMs = new Map<string, number>();
  return (error: Error): void => {
    const kind = (error as NodeJS.ErrnoException).code ?? error.name;
    if (nowMs() - (loggedAtMs.get(kind) ?? -Infinity) < quietMs) return;
    loggedAtMs.set(kind, nowMs());
    logger.warn({ err: error }, 'queue connection');
  };
}
