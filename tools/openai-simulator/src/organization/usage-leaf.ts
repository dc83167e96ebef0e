import type { Usage } from '#pricing/usage.js';
import type { DayShape } from './day-shape.js';

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

export type Dimension =
  | 'project_id'
  | 'user_id'
  | 'api_key_id'
  | 'model'
  | 'batch'
  | 'service_tier'
  | 'api_source'
  | 'size'
  | 'source'
  | 'vector_store_id'
  | 'context_level';

export type DimensionValue = string | boolean | null;
export type Dimensions = Readonly<Partial<Record<Dimension, DimensionValue>>>;

export type TokenPart = Exclude<keyof Usage, 'requests' | 'reasoningTokens'>;

/** What `counts` of a completions leaf holds, in this order: parts that do not overlap. */
export const tokenParts = [
  'inputUncachedTokens',
  'inputCachedTokens',
  'cacheWriteTokens',
  'cacheWrite12hTokens',
  'audioInputTokens',
  'audioCachedInputTokens',
  'imageInputTokens',
  'imageCachedInputTokens',
  'outputTokens',
  'audioOutputTokens',
  'imageOutputTokens',
] as const satisfies readonly TokenPart[];

/** What one key used of one thing in one UTC day: the finest grain there is, and the origin of every figure. */
export interface UsageLeaf {
  kind: UsageKind;
  /** UTC days since 1970. */
  day: number;
  /** Which series of use this is a day of; unique within a day. */
  stream: number;
  dimensions: Dimensions;
  isRegional: boolean;
  shape: DayShape;
  /** Model requests, sessions or calls; what else is counted comes in with them. */
  requests: number;
  /** Completions: `tokenParts`. Every other kind: one count of its own unit. */
  counts: readonly number[];
}

/** A leaf between two seconds of its day. */
export interface UsageSlice {
  leaf: UsageLeaf;
  requests: number;
  counts: readonly number[];
  /** Seconds of the day, `fromSecond` inclusive. */
  fromSecond: number;
  toSecond: number;
}
