import type { ProbeOutcome } from '../probe-outcome.js';

/**
 * Why an organization could not be read to the end.
 * - `refused`: OpenAI answers this key or this question with an error that waiting does not mend.
 * - `unavailable`: rate limits, 5xx, timeouts or the network, after every attempt.
 * - `answer-too-large`: a page over 16 MiB; ask for fewer buckets per page.
 * - `unreadable-answer`: a 200 that is not what the endpoint answers.
 * - `unreadable-amount`: money that is no finite number of USD.
 * - `repeated-cursor`, `too-many-pages`: paging that would not have ended.
 */
export type ReadErrorCode =
  | 'refused'
  | 'unavailable'
  | 'answer-too-large'
  | 'unreadable-answer'
  | 'unreadable-amount'
  | 'repeated-cursor'
  | 'too-many-pages';

/** Its texts are redacted, and it has no cause: errors of fetch can hold what was in its headers. */
export class OrganizationReadError extends Error {
  override name = 'OrganizationReadError';
  readonly code: ReadErrorCode;
  /** What OpenAI's answer, or the lack of one, says of the key; null where the answer was a 200. */
  readonly outcome: ProbeOutcome | null;
  readonly httpStatus: number | null;
  /** How long OpenAI asked to wait, in the last answer. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ReadErrorCode,
    message: string,
    facts: { outcome?: ProbeOutcome; httpStatus?: number | null; retryAfterMs?: number | null } = {},
  ) {
    super(message);
    this.code = code;
    this.outcome = facts.outcome ?? null;
    this.httpStatus = facts.httpStatus ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }
}
