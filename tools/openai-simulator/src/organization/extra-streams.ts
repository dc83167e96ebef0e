import { daysOf, ownerOf } from './key-use.js';
import type { OrganizationKey, PlannedStream } from './organization.js';
import type { ExtraUse } from './plan.js';
import type { Dimensions, UsageKind } from './usage-leaf.js';

interface Extra {
  kind: UsageKind;
  dimensions: Dimensions;
  /** Counted per request. */
  perRequest: number;
  /** Of the requests of this use, which go here. */
  share: number;
}

// oxfmt-ignore
const extras: Readonly<Record<ExtraUse, readonly Extra[]>> = {
  'embeddings-small': [{ kind: 'embeddings', dimensions: { model: 'text-embedding-3-small' }, perRequest: 640, share: 1 }],
  'embeddings-large': [{ kind: 'embeddings', dimensions: { model: 'text-embedding-3-large' }, perRequest: 1800, share: 1 }],
  moderations: [{ kind: 'moderations', dimensions: { model: 'omni-moderation-2024-09-26' }, perRequest: 150, share: 1 }],
  images: [
    { kind: 'images', dimensions: { model: 'dall-e-3', size: '1024x1024', source: 'image.generation' }, perRequest: 1, share: 0.5 },
    { kind: 'images', dimensions: { model: 'dall-e-3', size: '1024x1792', source: 'image.generation' }, perRequest: 1, share: 0.2 },
    { kind: 'images', dimensions: { model: 'gpt-image-1', size: '1024x1024', source: 'image.edit' }, perRequest: 1.6, share: 0.3 },
  ],
  speeches: [
    { kind: 'audio_speeches', dimensions: { model: 'tts-1' }, perRequest: 420, share: 0.8 },
    { kind: 'audio_speeches', dimensions: { model: 'tts-1-hd' }, perRequest: 610, share: 0.2 },
  ],
  transcriptions: [
    { kind: 'audio_transcriptions', dimensions: { model: 'whisper-1' }, perRequest: 95, share: 0.4 },
    { kind: 'audio_transcriptions', dimensions: { model: 'gpt-transcribe' }, perRequest: 130, share: 0.6 },
  ],
  containers: [{ kind: 'code_interpreter_sessions', dimensions: {}, perRequest: 1, share: 1 }],
  'file-search': [{ kind: 'file_search_calls', dimensions: {}, perRequest: 1, share: 1 }],
  'web-search': [
    { kind: 'web_search_calls', dimensions: { model: 'gpt-5-2025-08-07', context_level: 'medium', api_source: 'unlabeled' }, perRequest: 1.4, share: 0.8 },
    { kind: 'web_search_calls', dimensions: { model: 'gpt-4o-2024-08-06', context_level: 'high', api_source: 'unlabeled' }, perRequest: 1, share: 0.2 },
  ],
};

/** What a key uses beside chat models, in proportion to its model requests. */
export function extraStreams(key: OrganizationKey): PlannedStream[] {
  const { plan, vectorStoreId } = key.project;
  return (Object.entries(plan.extras ?? {}) as [ExtraUse, number][]).flatMap(([use, perHundred]) =>
    extras[use].map((extra) => ({
      kind: extra.kind,
      dimensions: {
        ...ownerOf(key),
        ...extra.dimensions,
        ...(extra.kind === 'file_search_calls' && { vector_store_id: vectorStoreId }),
      },
      shape: plan.shape,
      requestsPerDay: (plan.requestsPerKey * perHundred * extra.share) / 100,
      perRequest: [extra.perRequest],
      ...daysOf(key),
    })),
  );
}
