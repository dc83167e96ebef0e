import type { ParameterRules } from './read-query.js';
import type { Dimension, UsageKind } from './usage-leaf.js';

/** What a usage endpoint takes and answers. */
export interface UsageEndpoint {
  /** The `object` of its results, which is not always named like the endpoint. */
  object: string;
  groupBy: readonly Dimension[];
  /** Filters beside `project_ids`, each by the dimension it narrows. */
  filters: Readonly<Record<string, Dimension>>;
  rules: ParameterRules;
  /** The figures of a result, from the sum of requests and counts of the slices in it. */
  figures(sum: { requests: number; counts: readonly number[]; day: number }): Record<string, number>;
}

const owners: readonly Dimension[] = ['project_id', 'user_id', 'api_key_id'];
const ownerFilters = { user_ids: 'user_id', api_key_ids: 'api_key_id' } as const;
const modelFilters = { ...ownerFilters, models: 'model' } as const;
const list = { type: 'list' } as const;

function endpoint(
  object: string,
  parts: {
    groupBy: readonly Dimension[];
    filters: UsageEndpoint['filters'];
    choices?: Readonly<Record<string, readonly string[]>>;
    figures: UsageEndpoint['figures'];
  },
): UsageEndpoint {
  const filterNames = ['project_ids', ...Object.keys(parts.filters)].filter((name) => name !== 'batch');
  const rules: ParameterRules = {
    start_time: { type: 'integer', isRequired: true },
    end_time: { type: 'integer' },
    bucket_width: { type: 'choice', of: ['1m', '1h', '1d'] },
    limit: { type: 'integer' },
    page: { type: 'text' },
    group_by: { type: 'list', of: parts.groupBy },
    ...('batch' in parts.filters && { batch: { type: 'boolean' } as const }),
    ...Object.fromEntries(
      filterNames.map((name) => [name, parts.choices?.[name] ? { ...list, of: parts.choices[name] } : list]),
    ),
  };
  return {
    object: `organization.usage.${object}.result`,
    groupBy: parts.groupBy,
    filters: { project_ids: 'project_id', ...parts.filters },
    rules,
    figures: parts.figures,
  };
}

/** One count of a unit of its own, and the requests behind it. */
function perModel(object: string, unit: string): UsageEndpoint {
  return endpoint(object, {
    groupBy: [...owners, 'model'],
    filters: modelFilters,
    figures: ({ requests, counts }) => ({ [unit]: counts[0] ?? 0, num_model_requests: requests }),
  });
}

/** Parameters, groups, filters and result names of the published API description and openai 7.55.0. */
export const usageEndpoints: Readonly<Record<UsageKind, UsageEndpoint>> = {
  completions: endpoint('completions', {
    groupBy: [...owners, 'model', 'batch', 'service_tier', 'api_source'],
    filters: { ...modelFilters, batch: 'batch' },
    figures: completionFigures,
  }),
  embeddings: perModel('embeddings', 'input_tokens'),
  moderations: perModel('moderations', 'input_tokens'),
  images: endpoint('images', {
    groupBy: [...owners, 'model', 'size', 'source'],
    filters: { ...modelFilters, sources: 'source', sizes: 'size' },
    choices: {
      sources: ['image.generation', 'image.edit', 'image.variation'],
      sizes: ['256x256', '512x512', '1024x1024', '1792x1792', '1024x1792'],
    },
    figures: ({ requests, counts }) => ({ images: counts[0] ?? 0, num_model_requests: requests }),
  }),
  audio_speeches: perModel('audio_speeches', 'characters'),
  audio_transcriptions: perModel('audio_transcriptions', 'seconds'),
  vector_stores: endpoint('vector_stores', {
    groupBy: ['project_id'],
    filters: {},
    figures: ({ counts }) => ({ usage_bytes: counts[0] ?? 0 }),
  }),
  code_interpreter_sessions: endpoint('code_interpreter_sessions', {
    groupBy: ['project_id'],
    filters: {},
    figures: ({ counts }) => ({ num_sessions: counts[0] ?? 0 }),
  }),
  file_search_calls: endpoint('file_searches', {
    groupBy: [...owners, 'vector_store_id'],
    filters: { ...ownerFilters, vector_store_ids: 'vector_store_id' },
    figures: ({ counts }) => ({ num_requests: counts[0] ?? 0 }),
  }),
  web_search_calls: endpoint('web_searches', {
    groupBy: [...owners, 'model', 'context_level', 'api_source'],
    filters: { ...modelFilters, context_levels: 'context_level' },
    choices: { context_levels: ['low', 'medium', 'high'] },
    figures: ({ requests, counts }) => ({ num_requests: counts[0] ?? 0, num_model_requests: requests }),
  }),
};

// Cache writes were not told before GPT-5.6, nor the split of text, audio and image: older results lack the fields.
const fullFiguresFromDay = Date.UTC(2026, 2, 1) / 86_400_000;

/** Totals include what is cached, written to the cache, spoken and seen; the parts are disjoint. */
function completionFigures(sum: { requests: number; counts: readonly number[]; day: number }): Record<string, number> {
  // In the order of `tokenParts`.
  const [text = 0, cachedText = 0, write30m = 0, write12h = 0, audio = 0, cachedAudio = 0, ...more] = sum.counts;
  const [image = 0, cachedImage = 0, textOut = 0, audioOut = 0, imageOut = 0] = more;
  const uncached = text + audio + image;
  const cached = cachedText + cachedAudio + cachedImage;
  const older = {
    input_tokens: uncached + cached + write30m + write12h,
    output_tokens: textOut + audioOut + imageOut,
    num_model_requests: sum.requests,
    input_cached_tokens: cached,
    input_audio_tokens: audio,
    output_audio_tokens: audioOut,
  };
  if (sum.day < fullFiguresFromDay) return older;
  return Object.assign(older, {
    input_uncached_tokens: uncached,
    input_cache_write_tokens: write30m + write12h,
    input_cache_write_30m_tokens: write30m,
    input_cache_write_12h_tokens: write12h,
    input_text_tokens: text,
    input_image_tokens: image,
    input_cached_text_tokens: cachedText,
    input_cached_audio_tokens: cachedAudio,
    input_cached_image_tokens: cachedImage,
    output_text_tokens: textOut,
    output_image_tokens: imageOut,
  });
}
