import { setTimeout as wait } from 'node:timers/promises';
import { createOpenAiClient } from '../create-openai-client.js';
import { AnswerTooLargeError, guardedFetch } from '../guarded-fetch.js';
import { interpretEnding } from '../interpret-ending.js';
import { isSendableSecret } from '../is-sendable-secret.js';
import type { ProbeOutcome } from '../probe-outcome.js';
import { readRateLimit } from '../read-rate-limit.js';
import { redactProviderText } from '../redact-provider-text.js';
import { runWithDeadline } from '../run-with-deadline.js';
import type { AdminConnection, AdminReadDeps } from './admin-connection.js';
import { OrganizationReadError } from './organization-read-error.js';

export interface AdminQuery {
  /** Below the base URL. */
  path: string;
  /** Arrays are sent as OpenAI's own client does, `name[]=a&name[]=b`; undefined is left out. */
  query?: Record<string, string | number | boolean | readonly string[] | undefined>;
}

const defaultDeadlineMs = 30_000;
const defaultMaxAttempts = 5;
const maxBodyBytes = 16 * 1024 * 1024;
const firstBackOffMs = 500;
const maxBackOffMs = 8_000;
/** OpenAI is not believed further than this, so that one header cannot stop an import for a day. */
const maxRetryAfterMs = 60_000;
const maxMessageLength = 300;
const maxNameLength = 200;

const passing: readonly ProbeOutcome[] = ['rate-limited', 'provider-error', 'timeout', 'network-error'];

/**
 * The JSON of one GET. Rate limits, 5xx, timeouts and a failing network are tried again, `Retry-After` (up to 60 s) or a
 * doubling, jittered pause apart; exhausted quota and every other refusal are not.
 * @throws OrganizationReadError `refused`, `unavailable` or `answer-too-large`; or the reason of the aborted signal.
 */
export async function readAdminJson(
  deps: AdminReadDeps,
  connection: AdminConnection,
  asked: AdminQuery,
): Promise<unknown> {
  const { secret, signal, maxAttempts = defaultMaxAttempts } = connection;
  if (!isSendableSecret(secret)) {
    const message = 'The stored key holds characters that no key can hold; nothing was sent.';
    throw new OrganizationReadError('refused', message, { outcome: 'invalid-key' });
  }
  for (let attempt = 1; ; attempt += 1) {
    const result = await attemptOnce(deps, connection, asked);
    if ('json' in result) return result.json;
    if (result.error.code !== 'unavailable' || attempt >= maxAttempts) throw result.error;
    await pause(deps, pauseMs(result.error.retryAfterMs, attempt, deps.random ?? Math.random), signal);
  }
}

async function attemptOnce(
  deps: AdminReadDeps,
  connection: AdminConnection,
  asked: AdminQuery,
): Promise<{ json: unknown } | { error: OrganizationReadError }> {
  const { secret, baseUrl, signal, deadlineMs = defaultDeadlineMs } = connection;
  const received: { head: { status: number; headers: Headers } | null } = { head: null };
  const fetch = guardedFetch({
    fetch: deps.fetch,
    secret,
    maxBodyBytes,
    onHeaders: (head) => (received.head = head),
  });
  const client = createOpenAiClient({ baseUrl, fetch, deadlineMs });
  const ending = await runWithDeadline({ deadlineMs, signal }, (deadline) =>
    client.get<unknown>(asked.path, { query: asked.query ?? {}, signal: deadline }),
  );
  if (ending.kind === 'done' && typeof ending.value === 'object' && ending.value !== null) {
    const told = received.head?.headers.get('openai-organization');
    const organization = redactProviderText(told, { secret, maxLength: maxNameLength });
    if (organization) connection.onOrganization?.(organization);
    return { json: ending.value };
  }
  if (ending.kind === 'failed' && isTooLarge(ending.error)) {
    return { error: new OrganizationReadError('answer-too-large', 'The answer was over 16 MiB.') };
  }
  // A web page with status 200 comes from something between OpenAI and here, and may be gone the next time.
  const failure = ending.kind === 'done' ? { kind: 'done' as const, value: null } : ending;
  const { outcome, errorMessage } = interpretEnding(failure, deadlineMs);
  const message = redactProviderText(errorMessage, { secret, maxLength: maxMessageLength }) ?? 'No reason was given.';
  const rateLimit = received.head && readRateLimit(received.head.headers, deps.clock.now());
  const facts = { outcome, httpStatus: received.head?.status ?? null, retryAfterMs: rateLimit?.retryAfterMs ?? null };
  return { error: new OrganizationReadError(passing.includes(outcome) ? 'unavailable' : 'refused', message, facts) };
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && (error instanceof AnswerTooLargeError || error.cause instanceof AnswerTooLargeError);
}

function pauseMs(retryAfterMs: number | null, attempt: number, random: () => number): number {
  if (retryAfterMs !== null) return Math.min(retryAfterMs, maxRetryAfterMs);
  return Math.min(maxBackOffMs, firstBackOffMs * 2 ** (attempt - 1)) * (0.75 + 0.25 * random());
}

async function pause(deps: AdminReadDeps, durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  if (deps.sleep) return deps.sleep(durationMs, signal);
  try {
    await wait(durationMs, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
