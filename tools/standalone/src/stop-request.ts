/** npm and the terminal both pass on one Ctrl-C; only a later one is a second. */
const samePressMs = 1_000;

const lookAtParentMs = 1_000;

export interface StopRequest {
  /** Aborted at the first SIGINT, SIGTERM or SIGHUP, and when the program that started us is gone. */
  signal: AbortSignal;
  /** Resolves then. */
  requested: Promise<void>;
  /** Called at every further one. */
  onForce(listener: () => void): void;
}

/**
 * Turns the signals of the terminal and of service managers into one request to stop. npm does not pass SIGTERM on to what
 * it runs, so the end of our parent asks for the same.
 */
export function listenForStop(source: Pick<NodeJS.Process, 'on' | 'ppid'>): StopRequest {
  const controller = new AbortController();
  const listeners: (() => void)[] = [];
  let firstAt = 0;
  const handle = (): void => {
    if (!controller.signal.aborted) {
      firstAt = performance.now();
      controller.abort();
    } else if (performance.now() - firstAt > samePressMs) {
      for (const listener of listeners) listener();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) source.on(signal, handle);
  const parent = source.ppid;
  const watch = setInterval(() => {
    if (source.ppid !== parent) controller.abort();
  }, lookAtParentMs);
  watch.unref();
  controller.signal.addEventListener('abort', () => clearInterval(watch));
  const requested = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve());
  });
  return { signal: controller.signal, requested, onForce: (listener) => void listeners.push(listener) };
}
