import { refuse, type Answer } from '../openai-error.js';
import type { RouteAnswer } from '../routes.js';
import type { Behaviour } from '../simulated-key.js';
import { writePageCursor } from './page-cursor.js';

/** A refusal ordered through the controls. */
export interface OrderedFailure {
  /** Path below the base URL, as far as it is to match, such as `/organization/costs`. */
  path: string;
  status: 400 | 429 | 500 | 503;
  /** How many requests it meets before all is well again. */
  times: number;
  /** Of a 429; left out when absent, as OpenAI does where waiting would not help. */
  retryAfterSeconds?: number;
  /** Only requests about times before it, as OpenAI may have no answer about what is long ago. */
  before?: Date;
}

/** What goes wrong with requests of admin keys: by the key's behaviour, or as ordered. */
export interface AdminFaults {
  order(failure: OrderedFailure): void;
  /** A refusal instead of an answer, or null. */
  refuse(asked: AskedOfAdmin): Answer | null;
  /** An answer, spoiled as the key's behaviour says. */
  spoil(answer: RouteAnswer, asked: AskedOfAdmin): RouteAnswer;
}

export interface AskedOfAdmin {
  secret: string;
  behaviour: Behaviour;
  path: string;
  query: URLSearchParams;
}

const maxRemembered = 10_000;

export function createAdminFaults(): AdminFaults {
  const ordered: OrderedFailure[] = [];
  const seen = new Set<string>();
  const isFirst = ({ secret, path, query }: AskedOfAdmin): boolean => {
    const key = `${secret} ${path}?${query.toString()}`;
    if (seen.has(key)) return false;
    if (seen.size >= maxRemembered) seen.clear();
    seen.add(key);
    return true;
  };
  return {
    order: (failure) => void ordered.push({ ...failure }),
    refuse(asked) {
      const failure = ordered.find((one) => isMeant(one, asked));
      if (failure) {
        failure.times -= 1;
        return refusal(failure.status, failure.retryAfterSeconds);
      }
      if (asked.behaviour === 'limited-once') return isFirst(asked) ? refusal(429, 1) : null;
      const isLaterPage = asked.query.has('page') || asked.query.has('after');
      return asked.behaviour === 'fails-midway' && isLaterPage && isFirst(asked) ? refusal(500) : null;
    },
    spoil(answer, asked) {
      if ('events' in answer || answer.status !== 200) return answer;
      return { ...answer, body: spoilBody(answer.body as object, asked) };
    },
  };
}

function isMeant({ path, times, before }: OrderedFailure, asked: AskedOfAdmin): boolean {
  if (times <= 0 || !asked.path.startsWith(path)) return false;
  return before === undefined || Number(asked.query.get('start_time')) * 1000 < before.getTime();
}

function refusal(status: OrderedFailure['status'], retryAfterSeconds?: number): Answer {
  if (status === 400) return refuse(400, { message: 'Unsupported time range.', param: 'start_time' });
  if (status !== 429) return refuse(status, { message: 'The server had an error.', type: 'server_error' });
  const answer = refuse(429, {
    message: 'Rate limit reached for requests to this endpoint. Please try again later.',
    type: 'requests',
    code: 'rate_limit_exceeded',
  });
  return retryAfterSeconds === undefined
    ? answer
    : { ...answer, headers: { 'retry-after': String(retryAfterSeconds) } };
}

interface Page {
  object: string;
  data: { end_time?: number; results?: object[] }[];
  next_page?: string | null;
}

function spoilBody(body: object, { behaviour, query }: AskedOfAdmin): object {
  const page = body as Page;
  const isPage = page.object === 'page';
  if (behaviour === 'repeated-cursor') {
    if (isPage) return query.has('page') ? { ...page, has_more: true, next_page: query.get('page') } : page;
    return page.object === 'list'
      ? { ...page, has_more: true, ...(query.has('after') && { last_id: query.get('after') }) }
      : page;
  }
  if (!isPage) return page;
  if (behaviour === 'endless-pages') return endless(page, query);
  if (behaviour === 'unknown-results') return withResults(page, (results) => [...results, unknownResult]);
  if (behaviour !== 'bad-amounts') return page;
  return withResults(page, (results) =>
    results.map((result) => ('amount' in result ? { ...result, amount: { value: 'NaN', currency: 'usd' } } : result)),
  );
}

/** A kind of usage that nobody has heard of yet. */
const unknownResult = { object: 'organization.usage.dreams.result', num_dreams: 7, project_id: null };

function withResults(page: Page, change: (results: object[]) => object[]): Page {
  return { ...page, data: page.data.map((bucket) => ({ ...bucket, results: change(bucket.results ?? []) })) };
}

/** Always a next page, and every cursor a new one, so that only a cap on pages ends it. */
function endless(page: Page, query: URLSearchParams): object {
  if (page.next_page !== null) return page;
  const last = page.data.at(-1)?.end_time;
  const cursor = Buffer.from((query.get('page') ?? '').slice('page_'.length), 'base64');
  const next = last ?? (cursor.length >= 8 ? cursor.readUInt32BE(4) + 1 : 0);
  return { ...page, has_more: true, next_page: writePageCursor(next, query) };
}
