import type { PicoUsd } from '#core/money.js';
import type { ProbeCallMode } from '#openai/probe-call.js';
import type { ProbeMode } from '../provider-keys/provider-key.js';

/**
 * The mode a probe may use under its key's daily cap: the paid one while its expected cost still fits, else the free one,
 * which goes on proving that the key lives. `probePicoUsd` is also what each earlier probe without a price counts as.
 */
export function probeModeWithinCap(input: {
  mode: ProbeMode;
  dailyCapPicoUsd: PicoUsd;
  spentTodayPicoUsd: PicoUsd;
  unpricedToday: number;
  probePicoUsd: PicoUsd;
}): ProbeCallMode {
  if (input.mode !== 'completion') return 'models';
  const spent = input.spentTodayPicoUsd + BigInt(input.unpricedToday) * input.probePicoUsd;
  return spent + input.probePicoUsd <= input.dailyCapPicoUsd ? 'completion' : 'models';
}
