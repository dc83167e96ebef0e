import { giveWay } from '#core/give-way.js';
import type { AdminConnection, AdminReadDeps } from './admin-connection.js';
import { mostPages } from './most-pages.js';
import { parseUsageResult } from './parse-usage-result.js';
import { readBucketPages, type RawBucket } from './read-bucket-pages.js';
import type { UnknownResult, UsageKind, UsageResult } from './usage-result.js';

export type UsageDimension =
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

/** The finest grouping that each endpoint takes (published description of 2026-08), which decides what usage costs and whose it is. */
export const finestGrouping: Readonly<Record<UsageKind, readonly UsageDimension[]>> = {
  completions: ['project_id', 'user_id', 'api_key_id', 'model', 'batch', 'service_tier'],
  embeddings: ['project_id', 'user_id', 'api_key_id', 'model'],
  moderations: ['project_id', 'user_id', 'api_key_id', 'model'],
  images: ['project_id', 'user_id', 'api_key_id', 'model', 'size', 'source'],
  audio_speeches: ['project_id', 'user_id', 'api_key_id', 'model'],
  audio_transcriptions: ['project_id', 'user_id', 'api_key_id', 'model'],
  vector_stores: ['project_id'],
  code_interpreter_sessions: ['project_id'],
  file_search_calls: ['project_id', 'user_id', 'api_key_id', 'vector_store_id'],
  web_search_calls: ['project_id', 'user_id', 'api_key_id', 'model', 'context_level'],
};

export interface UsageQuery extends AdminConnection {
  kind: UsageKind;
  /** Inclusive. Anything but midnight UTC gets a first bucket that is cut there. */
  startAt: Date;
  /** Exclusive; up to now, when absent. */
  endAt?: Date;
  bucketWidth: '1m' | '1h' | '1d';
  /** Default `finestGrouping` of the kind. */
  groupBy?: readonly UsageDimension[];
  projectIds?: readonly string[];
  /** Default 7 days, 24 hours or 60 minutes; at most 31, 168 or 1,440. */
  bucketsPerPage?: number;
  /** Default: as many as the range has buckets, and a few; 1,000 at most. */
  maxPages?: number;
}

export interface UsageBucket {
  startAt: Date;
  /** Exclusive. */
  endAt: Date;
  results: UsageResult[];
  unknownResults: UnknownResult[];
}

const usualBuckets = { '1m': 60, '1h': 24, '1d': 7 } as const;
const bucketMs = { '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 } as const;

/**
 * Usage of one kind, page by page, oldest bucket first; empty buckets are there, with no results. A page that was
 * yielded is complete, so whoever keeps its last `endAt` can go on from there after a failure.
 * @throws OrganizationReadError, see `readBucketPages`.
 */
export async function* readUsage(deps: AdminReadDeps, query: UsageQuery): AsyncGenerator<UsageBucket[]> {
  const { kind, startAt, endAt, bucketWidth, maxPages } = query;
  const pages = readBucketPages(deps, query, {
    path: `/organization/usage/${kind}`,
    query: {
      start_time: Math.floor(startAt.getTime() / 1000),
      end_time: endAt && Math.floor(endAt.getTime() / 1000),
      bucket_width: bucketWidth,
      group_by: query.groupBy ?? finestGrouping[kind],
      project_ids: query.projectIds,
      limit: query.bucketsPerPage ?? usualBuckets[bucketWidth],
    },
    maxPages: maxPages ?? mostPages({ startAt, endAt, bucketMs: bucketMs[bucketWidth] }),
  });
  for await (const raw of pages) {
    const buckets: UsageBucket[] = [];
    for (const each of raw) {
      buckets.push(toUsageBucket(each));
      await giveWay();
    }
    yield buckets;
  }
}

function toUsageBucket({ startAt, endAt, results: raw }: RawBucket): UsageBucket {
  const results: UsageResult[] = [];
  const unknownResults: UnknownResult[] = [];
  for (const each of raw) {
    const parsed = parseUsageResult(each);
    if ('known' in parsed) results.push(parsed.known);
    else unknownResults.push(parsed.unknown);
  }
  return { startAt, endAt, results, unknownResults };
}
