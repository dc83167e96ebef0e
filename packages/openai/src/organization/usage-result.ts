import type { UsageBasis } from '#pricing/read-reported-usage.js';
import type { Usage } from '#pricing/usage.js';

/** The usage endpoints, by the last segment of their path. */
export const usageKinds = [
  'completions',
  'embeddings',
  'moderations',
  'images',
  'audio_speeches',
  'audio_transcriptions',
  'vector_stores',
  'code_interpreter_sessions',
  'file_search_calls',
  'web_search_calls',
] as const;

export type UsageKind = (typeof usageKinds)[number];

/** Null: not grouped by, or a use that has none, such as a key for what people try in the dashboard. */
export interface UsageGroup {
  projectId: string | null;
  userId: string | null;
  apiKeyId: string | null;
  /** The snapshot that served. */
  model: string | null;
  batch: boolean | null;
  serviceTier: string | null;
  /** The tier to price by: `batch` for a batch, whatever tier it names; else `serviceTier`. */
  pricedTier: string | null;
  apiSource: string | null;
  size: string | null;
  source: string | null;
  vectorStoreId: string | null;
  contextLevel: string | null;
}

export type UsageUnit = 'image' | 'character' | 'second' | 'byte' | 'session' | 'call';

/** One row of one bucket. */
export interface UsageResult {
  kind: UsageKind;
  group: UsageGroup;
  /** Model requests; null for what has none, such as stored bytes. */
  requests: number | null;
  /** For kinds that are counted in tokens. `estimated`: the details contradict their totals. */
  tokens: { usage: Usage; basis: UsageBasis } | null;
  /** For kinds that are counted in something else. Bytes are a level at that time, not to be summed over buckets. */
  quantity: { unit: UsageUnit; count: number } | null;
}

/** A row that we do not know, kept as it came, so that it is seen instead of missing from every sum. */
export interface UnknownResult {
  /** Its `object`, or null when it has none. */
  object: string | null;
  raw: unknown;
}
