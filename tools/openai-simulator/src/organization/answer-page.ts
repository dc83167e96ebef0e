import { refuse, type Answer } from '../openai-error.js';
import { readPageCursor, writePageCursor } from './page-cursor.js';
import { isAnswer, readQuery, type ParameterRules, type Query } from './read-query.js';
import { endOfDay, timeBuckets, type BucketWidth, type TimeBucket } from './time-buckets.js';

/** How many buckets a page has when nobody says, and at most. */
export type PageLimits = Readonly<Partial<Record<BucketWidth, { default: number; max: number }>>>;

/** A page of buckets, or the 400 for a question that cannot be answered. `check` may refuse what rules cannot say. */
export function answerPage(question: {
  given: URLSearchParams;
  nowSeconds: number;
  rules: ParameterRules;
  limits: PageLimits;
  check?: (query: Query) => Answer | null;
  resultsOf: (bucket: TimeBucket, query: Query) => object[];
}): Answer {
  const { given, rules, limits } = question;
  const width = (given.get('bucket_width') ?? '1d') as BucketWidth;
  const { default: usual, max } = limits[width] ?? { default: 7, max: 31 };
  const query = readQuery(given, { ...rules, limit: { type: 'integer', min: 1, max } });
  if (isAnswer(query)) return query;
  const start = query.integer('start_time') ?? 0;
  const end = query.integer('end_time') ?? endOfDay(question.nowSeconds);
  const refusal = checkTimes(query, start) ?? question.check?.(query);
  if (refusal) return refusal;
  const cursor = query.text('page');
  const from = cursor === undefined ? start : readPageCursor(cursor, given);
  if (from === null) return refuse(400, { message: "Invalid 'page': not a cursor of this request.", param: 'page' });
  const { buckets, next } = timeBuckets({ start: from, end, width, limit: query.integer('limit') ?? usual });
  const data = buckets.map((bucket) => ({
    object: 'bucket',
    start_time: bucket.start,
    end_time: bucket.end,
    results: question.resultsOf(bucket, query),
  }));
  const nextPage = next === null ? null : writePageCursor(next, given);
  return { status: 200, body: { object: 'page', data, has_more: next !== null, next_page: nextPage } };
}

function checkTimes(query: Query, start: number): Answer | null {
  const end = query.integer('end_time');
  if (end === undefined || end > start) return null;
  const message = "Invalid 'end_time': must be after 'start_time'.";
  return refuse(400, { message, param: 'end_time', code: 'invalid_value' });
}
