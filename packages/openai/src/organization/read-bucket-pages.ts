import type { AdminConnection, AdminReadDeps } from './admin-connection.js';
import { OrganizationReadError } from './organization-read-error.js';
import { readAdminJson, type AdminQuery } from './read-admin-json.js';

/** A bucket as it came; its results have not been looked at. */
export interface RawBucket {
  startAt: Date;
  /** Exclusive. */
  endAt: Date;
  results: readonly unknown[];
}

/**
 * Pages of buckets, following `next_page` with every other parameter as it was: the SDK does not do it for usage and
 * costs.
 * @throws OrganizationReadError as `readAdminJson`, and `repeated-cursor`, `too-many-pages`, `unreadable-answer`.
 */
export async function* readBucketPages(
  deps: AdminReadDeps,
  connection: AdminConnection,
  asked: AdminQuery & { maxPages: number },
): AsyncGenerator<RawBucket[]> {
  const { path, query, maxPages } = asked;
  const seen = new Set<string>();
  let page: string | undefined;
  for (let count = 1; ; count += 1) {
    const { buckets, next } = parsePage(await readAdminJson(deps, connection, { path, query: { ...query, page } }));
    yield buckets;
    if (next === null) return;
    if (seen.has(next)) throw new OrganizationReadError('repeated-cursor', `${path}: a page names itself as the next.`);
    if (count >= maxPages)
      throw new OrganizationReadError('too-many-pages', `${path}: no end after ${maxPages} pages.`);
    seen.add(next);
    page = next;
  }
}

function parsePage(answer: unknown): { buckets: RawBucket[]; next: string | null } {
  const { data, has_more: hasMore, next_page: next } = fieldsOf(answer);
  if (!Array.isArray(data)) throw unreadable('no list of buckets');
  // A promise of more without a way to it: stopping here would lose the rest without a word.
  if (hasMore === true && typeof next !== 'string') throw unreadable('more pages, and no cursor to them');
  return { buckets: data.map(parseBucket), next: hasMore !== false && typeof next === 'string' ? next : null };
}

function parseBucket(bucket: unknown): RawBucket {
  const { start_time: start, end_time: end, results, result } = fieldsOf(bucket);
  // Old copies of the reference call the list `result`.
  const list = results ?? result;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || !Array.isArray(list)) {
    throw unreadable('a bucket without times or results');
  }
  return { startAt: new Date(Number(start) * 1000), endAt: new Date(Number(end) * 1000), results: list };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function unreadable(what: string): OrganizationReadError {
  return new OrganizationReadError('unreadable-answer', `The answer is not what OpenAI answers: ${what}.`);
}
