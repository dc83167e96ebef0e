import type { Clock } from '#core/clock.js';
import type { SecretString } from '#core/secret-string.js';
import { createOpenAiClient } from './create-openai-client.js';
import { guardedFetch, type Fetch } from './guarded-fetch.js';
import { interpretEnding, type ProbeResult } from './interpret-ending.js';
import { isSendableSecret } from './is-sendable-secret.js';
import { probeCall, sendProbeCall, type ProbeCallMode } from './probe-call.js';
import type { ProbeFinding } from './probe-finding.js';
import { readProbeAnswer } from './read-probe-answer.js';
import { readRateLimit } from './read-rate-limit.js';
import { redactProviderText } from './redact-provider-text.js';
import { runWithDeadline } from './run-with-deadline.js';

export interface ProbeRequest {
  secret: SecretString;
  kind: 'project' | 'admin';
  mode: ProbeCallMode;
  /** Ignored unless the call is a chat completion. */
  model: string;
  /** Ends in the version, such as `https://api.openai.com/v1`. */
  baseUrl: string;
  /** For the whole exchange, body included. */
  deadlineMs: number;
  /** Cancels the probe without a finding, as when the worker stops. */
  signal?: AbortSignal | undefined;
}

interface AnswerHead {
  status: number;
  headers: Headers;
}

const maxMessageLength = 300;
const maxNameLength = 120;

/**
 * Makes one request with the key and says what it showed; no retries. A bad key, an outage and a timeout are findings:
 * it rejects only with the reason of `request.signal`, or when `baseUrl` is no URL.
 */
export async function probeProviderKey(
  deps: { fetch: Fetch; clock: Clock },
  request: ProbeRequest,
): Promise<ProbeFinding> {
  const { secret, baseUrl, signal, deadlineMs } = request;
  if (!isSendableSecret(secret)) {
    return toFinding({ result: unsendable, head: null, latencyMs: 0, secret, now: deps.clock.now() });
  }
  const call = probeCall(request);
  const received: { head: AnswerHead | null } = { head: null };
  const fetch = guardedFetch({
    fetch: deps.fetch,
    secret,
    onHeaders: (head) => (received.head = head),
  });
  const client = createOpenAiClient({ baseUrl, fetch, deadlineMs });
  // Monotonic, so that a stepped wall clock does not show as latency.
  const startedAt = performance.now();
  const ending = await runWithDeadline({ deadlineMs, signal }, async (deadline) =>
    readProbeAnswer(call, await sendProbeCall(client, call, deadline)),
  );
  const latencyMs = Math.round(performance.now() - startedAt);
  const result = interpretEnding(ending, deadlineMs);
  return toFinding({ result, head: received.head, latencyMs, secret, now: deps.clock.now() });
}

const unsendable: ProbeResult = {
  outcome: 'invalid-key',
  errorCode: null,
  errorMessage: 'The stored key holds characters that no key can hold; nothing was sent.',
  answer: null,
};

function toFinding(parts: {
  result: ProbeResult;
  head: AnswerHead | null;
  latencyMs: number;
  secret: SecretString;
  now: Date;
}): ProbeFinding {
  const { result, head, secret } = parts;
  const name = (text: string | null | undefined) => redactProviderText(text, { secret, maxLength: maxNameLength });
  return {
    outcome: result.outcome,
    httpStatus: head?.status ?? null,
    errorCode: name(result.errorCode),
    errorMessage: redactProviderText(result.errorMessage, { secret, maxLength: maxMessageLength }),
    latencyMs: parts.latencyMs,
    requestId: name(head?.headers.get('x-request-id')),
    rateLimit: head && readRateLimit(head.headers, parts.now),
    model: name(result.answer?.model),
    serviceTier: name(result.answer?.serviceTier),
    usage: result.answer?.usage?.usage ?? null,
    usageBasis: result.answer?.usage?.basis ?? null,
  };
}
