import { setTimeout as delay } from 'node:timers/promises';

/** Asks again every 50 ms until `holds` is true; fails with `what` when it is not within the time. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 15_000,
): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${what}`);
    await delay(50);
  }
}
