import type { UsageBasis } from '#pricing/read-reported-usage.js';
import type { Usage } from '#pricing/usage.js';
import type { ProbeOutcome } from './probe-outcome.js';
import type { RateLimit } from './read-rate-limit.js';

/** What one probe learned. Texts from the provider are redacted: no secret, no masked form of one. */
export interface ProbeFinding {
  outcome: ProbeOutcome;
  /** Null when no answer began; set beside `timeout` when the body was what took too long. */
  httpStatus: number | null;
  /** OpenAI's error code, or the system's (`ECONNREFUSED`) for a `network-error`. */
  errorCode: string | null;
  /** At most 300 characters. */
  errorMessage: string | null;
  latencyMs: number;
  requestId: string | null;
  rateLimit: RateLimit | null;
  /** The snapshot that served. */
  model: string | null;
  /** The tier that served, which is the one to price by. */
  serviceTier: string | null;
  /** Null when no model ran, or when what it used is unknown. */
  usage: Usage | null;
  /** Null together with `usage`. */
  usageBasis: UsageBasis | null;
}
