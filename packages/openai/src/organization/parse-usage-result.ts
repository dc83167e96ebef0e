import { emptyUsage } from '#pricing/usage.js';
import { readCompletionsUsage } from './read-completions-usage.js';
import type { UnknownResult, UsageGroup, UsageKind, UsageResult, UsageUnit } from './usage-result.js';

/** How a result of one `object` is counted: in tokens, or by one field of its own unit. */
interface Reading {
  kind: UsageKind;
  counted?: { field: string; unit: UsageUnit };
  hasRequests: boolean;
}

const readings: Readonly<Record<string, Reading>> = {
  'organization.usage.completions.result': { kind: 'completions', hasRequests: true },
  'organization.usage.embeddings.result': { kind: 'embeddings', hasRequests: true },
  'organization.usage.moderations.result': { kind: 'moderations', hasRequests: true },
  'organization.usage.images.result': counted('images', 'images', 'image', true),
  'organization.usage.audio_speeches.result': counted('audio_speeches', 'characters', 'character', true),
  'organization.usage.audio_transcriptions.result': counted('audio_transcriptions', 'seconds', 'second', true),
  'organization.usage.vector_stores.result': counted('vector_stores', 'usage_bytes', 'byte', false),
  'organization.usage.code_interpreter_sessions.result': counted(
    'code_interpreter_sessions',
    'num_sessions',
    'session',
    false,
  ),
  'organization.usage.file_searches.result': counted('file_search_calls', 'num_requests', 'call', false),
  'organization.usage.web_searches.result': counted('web_search_calls', 'num_requests', 'call', true),
};

/** One result in our words, or as unknown when its `object` is new to us or its figures are no counts. */
export function parseUsageResult(raw: unknown): { known: UsageResult } | { unknown: UnknownResult } {
  const fields = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  const object = textOrNull(fields.object);
  const reading = object === null ? undefined : readings[object];
  const known = reading && readKnown(reading, fields);
  return known ? { known } : { unknown: { object, raw } };
}

function readKnown(reading: Reading, fields: Record<string, unknown>): UsageResult | null {
  const { kind, hasRequests } = reading;
  const requests = hasRequests ? countOrNull(fields.num_model_requests) : null;
  if (hasRequests && requests === null) return null;
  const head = { kind, group: groupOf(fields), requests };
  if (reading.counted) {
    const count = countOrNull(fields[reading.counted.field]);
    return count === null ? null : { ...head, tokens: null, quantity: { unit: reading.counted.unit, count } };
  }
  const tokens = kind === 'completions' ? readCompletionsUsage(fields) : readInputUsage(fields);
  return tokens && { ...head, tokens, quantity: null };
}

/** Embeddings and moderations read text and write nothing. */
function readInputUsage(fields: Record<string, unknown>): UsageResult['tokens'] {
  const input = countOrNull(fields.input_tokens);
  const requests = countOrNull(fields.num_model_requests) ?? 0;
  return input === null ? null : { usage: { ...emptyUsage, requests, inputUncachedTokens: input }, basis: 'exact' };
}

function groupOf(fields: Record<string, unknown>): UsageGroup {
  const batch = typeof fields.batch === 'boolean' ? fields.batch : null;
  const serviceTier = textOrNull(fields.service_tier);
  return {
    projectId: textOrNull(fields.project_id),
    userId: textOrNull(fields.user_id),
    apiKeyId: textOrNull(fields.api_key_id),
    model: textOrNull(fields.model),
    batch,
    serviceTier,
    pricedTier: batch === true ? 'batch' : serviceTier,
    apiSource: textOrNull(fields.api_source),
    size: textOrNull(fields.size),
    source: textOrNull(fields.source),
    vectorStoreId: textOrNull(fields.vector_store_id),
    contextLevel: textOrNull(fields.context_level),
  };
}

function counted(kind: UsageKind, field: string, unit: UsageUnit, hasRequests: boolean): Reading {
  return { kind, counted: { field, unit }, hasRequests };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function countOrNull(value: unknown): number | null {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null;
}
