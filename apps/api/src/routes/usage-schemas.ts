import { z } from 'zod';
import { usageSources } from '#domain/usage/usage-filter.js';
import { instantsShape, withInstants } from './read-instants.js';
import { count, instant, pageOf, paging } from './schemas.js';

export const usageQuery = withInstants(
  z.strictObject({
    ...paging({ max: 500, byDefault: 100 }),
    key: z
      .uuid('must be the id of a key')
      .toLowerCase()
      .optional()
      .describe('Id of a stored key, also of a deleted one.'),
    source: z.enum(usageSources, `must be one of ${usageSources.join(', ')}`).optional(),
    model: z.string().min(1).max(200).optional().describe('Exactly this model name.'),
    tier: z.string().min(1).max(64).optional().describe('Exactly this service tier, as `serviceTier` of a record.'),
    endUser: z.string().min(1).max(200).optional().describe('Exactly this end user, of what clients reported.'),
    ...instantsShape,
    format: z.enum(['json', 'csv'], 'must be json or csv').optional().describe('Else by `Accept`.'),
  }),
);

/** Disjoint: they sum to all that was read and written. */
export const tokenCounts = {
  inputUncachedTokens: count,
  inputCachedTokens: count,
  cacheWriteTokens: count,
  cacheWrite12hTokens: count,
  outputTokens: count,
  audioInputTokens: count,
  audioCachedInputTokens: count,
  audioOutputTokens: count,
  imageInputTokens: count,
  imageCachedInputTokens: count,
  imageOutputTokens: count,
};

/** What rows of usage add up to. */
export const usageSums = {
  requests: count,
  inputTokens: count,
  inputCachedTokens: count.describe('Part of `inputTokens`.'),
  outputTokens: count,
  costUsd: z.string().nullable().describe('Of what has a price; null: nothing has.'),
  unpricedRequests: count,
  estimatedRequests: count,
};

const usageJson = z.object({
  id: z.uuid(),
  occurredAt: instant,
  keyId: z.uuid().nullable(),
  keyLabel: z.string().nullable(),
  source: z.enum(usageSources),
  model: z.string(),
  serviceTier: z.string(),
  requests: count,
  ...tokenCounts,
  reasoningTokens: count.describe('Part of `outputTokens`.'),
  costUsd: z.string().nullable().describe('Exact decimal USD; null when the model has no known price.'),
  costBasis: z.enum(['exact', 'estimated', 'unpriced']),
  costReason: z.string().nullable().describe('Why the cost is not exact.'),
  priceVersion: z.string(),
  requestId: z.string().nullable().describe('OpenAI’s.'),
  endUser: z.string().nullable().describe('As a client reported it.'),
  tags: z.record(z.string(), z.string()).nullable().describe('As a client reported them.'),
});

export const usagePageJson = z.object({
  ...pageOf(usageJson),
  totals: z.object({ records: count, ...usageSums }).describe('Over the whole filter, not just this page.'),
});

export const resetJson = z.object({
  deleted: z.object({ usageRecords: count, usageHours: count, probeRuns: count, probeHours: count }),
});
