import type { PicoUsd } from '#core/money.js';

/** What the pages need to know of the rest of the product, kept as narrow as the pages are. */

export type HealthState =
  | 'healthy'
  | 'slow'
  | 'rate-limited'
  | 'out-of-credit'
  | 'limit-reached'
  | 'lacks-scope'
  | 'blocked-here'
  | 'model-unavailable'
  | 'misconfigured'
  | 'dead'
  | 'unknown'
  | 'cannot-be-opened'
  | 'inactive';

export type ProbeOutcome =
  | 'ok'
  | 'slow'
  | 'rate-limited'
  | 'out-of-credit'
  | 'limit-reached'
  | 'lacks-scope'
  | 'blocked-here'
  | 'model-unavailable'
  | 'misconfigured'
  | 'invalid-key'
  | 'account-deactivated'
  | 'provider-error'
  | 'timeout'
  | 'network-error'
  | 'cannot-be-opened';

export type ProbeMode = 'completion' | 'models' | 'off';
export type KeyKind = 'project' | 'admin';
export type Role = 'viewer' | 'operator' | 'admin' | 'platform-admin';

export interface TenantInput {
  slug: string;
  name: string;
  reportingTimeZone: string;
}

export interface ViewerInput {
  role: Role;
  /** Null for a reader without a token, on a dashboard that is public. */
  tokenName: string | null;
}

/** One hour of one key's probes. `null` latency: nothing answered in that hour. */
export interface HourOfProbes {
  startsAt: Date;
  runs: number;
  ok: number;
  failedByOutcome: Partial<Record<ProbeOutcome, number>>;
  avgLatencyMs: number | null;
}

export interface KeyInput {
  id: string;
  label: string;
  /** First and last characters of the secret, such as `sk-proj-…excA`. */
  mask: string;
  kind: KeyKind;
  model: string;
  probeMode: ProbeMode;
  probeIntervalSecs: number;
  isActive: boolean;
  health: HealthState;
  stateSince: Date | null;
  lastProbeAt: Date | null;
  lastOkAt: Date | null;
  lastOutcome: ProbeOutcome | null;
  lastHttpStatus: number | null;
  lastErrorCode: string | null;
  lastErrorMessage: string | null;
  lastRequestId: string | null;
  lastLatencyMs: number | null;
  consecutiveFailures: number;
  probes24h: { ok: number; failed: number; total: number };
  probeCostToday: PicoUsd | null;
  expectedProbeCostPerDay: PicoUsd | null;
  /** The last hours, oldest first: 24 in lists, 48 on the page of one key. */
  hours: HourOfProbes[];
}

export interface ProbeRunInput {
  id: string;
  at: Date;
  outcome: ProbeOutcome;
  httpStatus: number | null;
  errorCode: string | null;
  latencyMs: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  cost: PicoUsd | null;
  requestId: string | null;
}

/** Remaining of a limit as OpenAI's `x-ratelimit-*` headers of the last probe said. */
export interface HeadroomInput {
  limit: number;
  remaining: number;
}

export interface ProberInput {
  isHealthy: boolean;
  lastSweepAt: Date | null;
}

/** Measured spend of one series (a model or a key) on one local day. `null` amount: usage without a price. */
export interface SpendPoint {
  /** `YYYY-MM-DD`, cut in the tenant's zone. */
  day: string;
  seriesId: string;
  seriesName: string;
  amount: PicoUsd | null;
}

export interface UsageRowInput {
  id: string;
  at: Date;
  keyLabel: string | null;
  source: string;
  model: string;
  tier: string | null;
  requests: number;
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  cost: PicoUsd | null;
  basis: 'exact' | 'estimated' | 'unpriced';
}

export interface UsageTotalsInput {
  records: number;
  requests: number;
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  cost: PicoUsd | null;
  unpricedRecords: number;
  estimatedRecords: number;
}
