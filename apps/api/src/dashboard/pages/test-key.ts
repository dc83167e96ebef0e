import { parseUsd } from '#core/money.js';
import type { Actor } from '#domain/audit/actor.js';
import { probeNow } from '#domain/probes/probe-now.js';
import type { ProbeRunView } from '#domain/probes/probe-run.js';
import type { ProviderKeyView } from '#domain/provider-keys/provider-key.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { formatLatency } from '../format/format-duration.js';
import { formatMoney } from '../format/format-money.js';
import type { FlashInput } from '../view-models/frame.js';
import { outcomeAdvice } from '../view-models/outcome-advice.js';

/** Tests a key that was just stored or changed, and says what was found after `begin`. Never fails because of the test. */
export async function testKey(
  deps: DashboardDeps & { actor: Actor },
  tenantId: string,
  { key, begin }: { key: Pick<ProviderKeyView, 'id'>; begin: string },
): Promise<FlashInput> {
  try {
    const run = await probeNow(deps, tenantId, { providerKeyId: key.id, trigger: 'manual' });
    const { tone, text } = describeRun(run);
    return { tone, text: `${begin} ${text}`, undo: null };
  } catch (error) {
    // What was to be done is done by now, and the reader has to be told so.
    deps.logger.warn({ err: error, providerKeyId: key.id }, 'a stored key was not tested');
    return { tone: 'warn', text: `${begin} Testing it did not work; the worker will try.`, undo: null };
  }
}

/** What one probe found, in plain words. */
export function describeRun(run: ProbeRunView): Pick<FlashInput, 'tone' | 'text'> {
  if (run.outcome === 'ok') {
    const text = `It works: OpenAI answered in ${formatLatency(run.latencyMs)}${costOf(run)}.`;
    return { tone: 'ok', text: run.mode === 'models' ? `${text} No model was asked.` : text };
  }
  const { tone, title, todo } = outcomeAdvice[run.outcome];
  return { tone: tone === 'bad' ? 'bad' : 'warn', text: `${title} ${todo}` };
}

function costOf({ mode, costUsd }: ProbeRunView): string {
  if (mode === 'models') return ', free of charge';
  return costUsd === null ? '' : `, for ${formatMoney(parseUsd(costUsd)).text}`;
}
