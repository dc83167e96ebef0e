import type { OpenAI } from 'openai';
import { modelParameters, probePrompt } from './model-parameters.js';

/** The one request that a probe makes, and how to know a real answer to it. */
export type ProbeCall =
  | { method: 'post'; path: string; body: OpenAI.Chat.ChatCompletionCreateParamsNonStreaming }
  | { method: 'get'; path: string };

/** What one call does; the mode of a key (`ProbeMode` of the domain) may also be `off`. */
export type ProbeCallMode = 'completion' | 'models';

/**
 * `completion` proves key, model and credit; `models` is free and proves the key only. Admin keys cannot run models:
 * whatever their mode, they list one admin key, which is free too.
 */
export function probeCall(probe: { kind: 'project' | 'admin'; mode: ProbeCallMode; model: string }): ProbeCall {
  if (probe.kind === 'admin') return { method: 'get', path: '/organization/admin_api_keys?limit=1' };
  if (probe.mode === 'models') return { method: 'get', path: '/models' };
  const { maxCompletionTokens, reasoningEffort } = modelParameters(probe.model);
  return {
    method: 'post',
    path: '/chat/completions',
    body: {
      model: probe.model,
      messages: [{ role: 'user', content: probePrompt }],
      max_completion_tokens: maxCompletionTokens,
      ...(reasoningEffort && { reasoning_effort: reasoningEffort }),
    },
  };
}

/**
 * Makes the call with the SDK's plain verbs. Its resource helpers type an answer without looking at it, and its list
 * pages turn a web page into an empty list, which would pass as healthy.
 */
export function sendProbeCall(client: OpenAI, call: ProbeCall, signal: AbortSignal): Promise<unknown> {
  return call.method === 'get'
    ? client.get<unknown>(call.path, { signal })
    : client.post<unknown>(call.path, { signal, body: call.body });
}
