import type { Clock } from '#core/clock.js';
import type { SecretString } from '#core/secret-string.js';
import type { Fetch } from '../guarded-fetch.js';

/** What reading an organization needs from outside. */
export interface AdminReadDeps {
  clock: Clock;
  fetch: Fetch;
  /** Waits between attempts; rejects when `signal` aborts. */
  sleep?: (durationMs: number, signal: AbortSignal | undefined) => Promise<void>;
  /** From 0 up to 1, spreads the waiting of many importers. */
  random?: () => number;
}

/** An organization, reached with one of its admin keys. */
export interface AdminConnection {
  secret: SecretString;
  /** Ends in the version, such as `https://api.openai.com/v1`. */
  baseUrl: string;
  /** For each attempt, body included; default 30,000. */
  deadlineMs?: number;
  /** Of each request; default 5. */
  maxAttempts?: number;
  /** Told with each answer which organization it is of, as OpenAI's `openai-organization` header names it. */
  onOrganization?: ((openaiId: string) => void) | undefined;
  /** Ends everything; what is thrown then is its reason. */
  signal?: AbortSignal | undefined;
}
