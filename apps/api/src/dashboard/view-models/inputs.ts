import type { PicoUsd } from '#core/money.js';
import type { AccessRole } from '#domain/access-tokens/access-role.js';
import type { WorkerHealth } from '#domain/operations/unscoped-worker-health.js';
import type { ProbeRunView } from '#domain/probes/probe-run.js';
import type { OnlyListedReason } from '#domain/probes/why-only-listed.js';
import type { DisplayedHealth } from '#domain/provider-keys/key-health.js';
import type { ProviderKeyView } from '#domain/provider-keys/provider-key.js';
import type { Tenant } from '#domain/tenants/tenant.js';
import type { BookDay } from '#domain/books/sum-book-by-day.js';
import type { ProbeOutcome } from '#openai/probe-outcome.js';

/** What the pages need to know of the rest of the product, kept as narrow as the pages are. */

export type TenantInput = Pick<Tenant, 'slug' | 'name' | 'reportingTimeZone'>;

export interface ViewerInput {
  role: AccessRole;
  /** Of the token, or of the person; null for a reader who is not signed in, on a dashboard that is public. */
  name: string | null;
}

export type ProberInput = Pick<WorkerHealth, 'healthy' | 'lastSweepAt'>;

/** One hour of probes, of one key or of all. `null` latency: nothing answered in that hour. */
export interface HourOfProbes {
  startsAt: Date;
  runs: number;
  ok: number;
  failedByOutcome: Partial<Record<ProbeOutcome, number>>;
  avgLatencyMs: number | null;
}

type ShownColumns =
  | 'id'
  | 'label'
  | 'mask'
  | 'kind'
  | 'model'
  | 'probeMode'
  | 'isActive'
  | 'createdAt'
  | 'healthSince'
  | 'lastProbeAt'
  | 'lastOkAt'
  | 'lastOutcome'
  | 'lastHttpStatus'
  | 'lastErrorCode'
  | 'lastErrorMessage'
  | 'lastRequestId'
  | 'lastLatencyMs';

/** A key as a row of a list, with what its probes found lately. */
export interface KeyInput extends Pick<ProviderKeyView, ShownColumns> {
  /** As judged now, so that what is stale is unknown. */
  health: DisplayedHealth;
  /** When `health` stops being believed unless a probe confirms it; null when it does not fade. */
  freshUntil: Date | null;
  /** Of this key, or the installation's default. */
  intervalSecs: number;
  probes24h: { ok: number; total: number };
  /** Of its probes since midnight; null when unpriced. */
  probeCostToday: PicoUsd | null;
  /** Null when the model has no price. */
  expectedCostPerDay: PicoUsd | null;
  /** Why its model is never asked although its probe is to; else null. */
  onlyListed: OnlyListedReason | null;
  /** The last hours, oldest first: 24 in lists, 48 on the page of one key. */
  hours: HourOfProbes[];
}

export type ProbeRunInput = Pick<
  ProbeRunView,
  | 'startedAt'
  | 'outcome'
  | 'httpStatus'
  | 'errorCode'
  | 'latencyMs'
  | 'requestId'
  | 'costUsd'
  | 'costBasis'
  | 'costReason'
>;

/** Remaining of a limit as OpenAI's `x-ratelimit-*` headers of the last probe said. */
export interface HeadroomInput {
  limit: number;
  remaining: number;
}

/** Measured spend of one model or key on one local day. */
export type SpendPoint = Pick<BookDay, 'day' | 'group' | 'groupName' | 'cost'>;
