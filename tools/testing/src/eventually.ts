import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again every 50 ms until `holds` is true; fails with `what` when it is not within the time. The default is a net for
 * what never comes about on the busiest machine, and shorter than what comes about by itself, such as the end of a lease.
 */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 45_000,
): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${what}`);
    await delay(50);
  }
}
