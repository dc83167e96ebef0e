import { usageFromChatCompletion } from '#pricing/usage-from-chat-completion.js';
import type { UsageReading } from '#pricing/read-reported-usage.js';
import type { ProbeCall } from './probe-call.js';

/** What a 200 said. `usage` is null for calls that run no model, and where it was unreadable. */
export interface ProbeAnswer {
  model: string | null;
  serviceTier: string | null;
  usage: UsageReading | null;
}

/** The parts of a 200 that a probe keeps, or null when it is not the answer that this call has. */
export function readProbeAnswer(call: ProbeCall, answer: unknown): ProbeAnswer | null {
  if (typeof answer !== 'object' || answer === null) return null;
  if (call.method === 'get') {
    const { data } = answer as { data?: unknown };
    return Array.isArray(data) ? { model: null, serviceTier: null, usage: null } : null;
  }
  const { choices, model, usage, service_tier: tier } = answer as Record<string, unknown>;
  if (!Array.isArray(choices) || typeof model !== 'string') return null;
  const isReported = typeof usage === 'object' && usage !== null;
  return {
    model,
    serviceTier: typeof tier === 'string' ? tier : null,
    usage: isReported ? usageFromChatCompletion(usage) : null,
  };
}
