import { Prisma } from '#db/rows.js';
import { formatUsd, parseUsd } from '#core/money.js';
import type { ProbeOutcome } from '#openai/probe-outcome.js';
import type { KeyHealth } from './key-health.js';

export const providerKeyKinds = ['project', 'admin'] as const;

export type ProviderKeyKind = (typeof providerKeyKinds)[number];

/** `completion` pays for a minimal answer, `models` is free and proves the key but not its credit. */
export const probeModes = ['completion', 'models', 'off'] as const;

export type ProbeMode = (typeof probeModes)[number];

/** A stored key as it may be shown: everything but the secret. */
export interface ProviderKeyView {
  id: string;
  kind: ProviderKeyKind;
  label: string;
  /** Prefix and last four characters, such as `sk-proj-…excA`. */
  mask: string;
  model: string;
  probeMode: ProbeMode;
  /** Null: the installation's default. */
  probeIntervalSecs: number | null;
  /** Most that paid probes of this key may cost in one UTC day, decimal USD; above it the free probe is used. */
  probeDailyCapUsd: string;
  isActive: boolean;
  createdAt: Date;
  nextProbeAt: Date;
  health: KeyHealth;
  healthSince: Date;
  /** When a probe last told something about the key itself; older than `lastProbeAt` while OpenAI is in trouble. */
  healthAt: Date | null;
  consecutiveFailures: number;
  lastProbeAt: Date | null;
  lastOkAt: Date | null;
  lastOutcome: ProbeOutcome | null;
  lastHttpStatus: number | null;
  lastErrorCode: string | null;
  lastErrorMessage: string | null;
  lastRequestId: string | null;
  lastLatencyMs: number | null;
}

/** The columns of a view. The sealed secret and the fingerprint are left where they are. */
export const providerKeyColumns = {
  id: true,
  kind: true,
  label: true,
  mask: true,
  model: true,
  probeMode: true,
  probeIntervalSecs: true,
  probeDailyCapUsd: true,
  isActive: true,
  createdAt: true,
  nextProbeAt: true,
  health: true,
  healthSince: true,
  healthAt: true,
  consecutiveFailures: true,
  lastProbeAt: true,
  lastOkAt: true,
  lastOutcome: true,
  lastHttpStatus: true,
  lastErrorCode: true,
  lastErrorMessage: true,
  lastRequestId: true,
  lastLatencyMs: true,
} as const satisfies Prisma.ProviderKeySelect;

/** The same for whoever asks in SQL: `SELECT …` of a `ProviderKeyRow`. */
export const selectProviderKey = Prisma.raw(
  `SELECT ${Object.keys(providerKeyColumns)
    .map((name) => `${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} AS "${name}"`)
    .join(', ')}`,
);

type ProviderKeyColumns = Prisma.ProviderKeyGetPayload<{ select: typeof providerKeyColumns }>;

/** Read by Prisma, money is a Decimal; read in SQL, it is text. */
export type ProviderKeyRow = Omit<ProviderKeyColumns, 'probeDailyCapUsd'> & {
  probeDailyCapUsd: ProviderKeyColumns['probeDailyCapUsd'] | string;
};

/** How a key is tested: an admin key can run no model, so it only ever lists. */
export function probeModeOf({ kind, probeMode }: Pick<ProviderKeyView, 'kind' | 'probeMode'>): ProbeMode {
  return kind === 'admin' && probeMode === 'completion' ? 'models' : probeMode;
}

/** A row as a view. The text columns hold only what their check constraints and our own writes allow. */
export function toProviderKeyView(row: ProviderKeyRow): ProviderKeyView {
  const cap = typeof row.probeDailyCapUsd === 'string' ? row.probeDailyCapUsd : row.probeDailyCapUsd.toFixed(12);
  return {
    ...row,
    kind: row.kind as ProviderKeyKind,
    probeMode: probeModeOf({ kind: row.kind as ProviderKeyKind, probeMode: row.probeMode as ProbeMode }),
    probeDailyCapUsd: formatUsd(parseUsd(cap)),
    health: row.health as KeyHealth,
    lastOutcome: row.lastOutcome as ProbeOutcome | null,
  };
}
