import { setImmediate } from 'node:timers/promises';

/**
 * Lets everything else that is due have its turn: between parts of a long calculation, so that answers of Postgres are taken
 * up meanwhile and the latency of a probe is that of OpenAI.
 */
export async function giveWay(): Promise<void> {
  await setImmediate();
}
