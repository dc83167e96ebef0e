/**
 * The closed registry of everything that can be answered to a caller as an error (RFC 9457).
 * Code → HTTP status and title; `docs/errors.md` has an anchor per code.
 */
export const problems = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'confirmation-required': { status: 400, title: 'This needs a confirmation' },
  'not-a-provider-key': { status: 400, title: 'This does not look like an OpenAI key' },
  unauthenticated: { status: 401, title: 'An access token is required' },
  'invalid-access-token': { status: 401, title: 'This access token is not valid' },
  forbidden: { status: 403, title: 'Your role does not allow this' },
  'sign-in-failed': { status: 400, title: 'Signing in did not work' },
  'sign-in-refused': { status: 403, title: 'You have no access here' },
  'csrf-rejected': { status: 403, title: 'This form is too old or came from elsewhere' },
  'form-of-another-tenant': { status: 403, title: 'This form is of another tenant' },
  'tenant-suspended': { status: 403, title: 'This tenant is suspended' },
  'tenant-deleted': { status: 403, title: 'This tenant is deleted' },
  'not-found': { status: 404, title: 'Not found' },
  'no-organization': { status: 404, title: 'No organization is connected' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'duplicate-label': { status: 409, title: 'A key with this label exists' },
  'duplicate-secret': { status: 409, title: 'This key is stored already' },
  'probe-in-progress': { status: 409, title: 'This key is being probed right now' },
  'key-cannot-be-opened': { status: 409, title: 'The stored key cannot be opened' },
  'tenant-state': { status: 409, title: 'The tenant is in no state for this' },
  'already-rotated': { status: 409, title: 'This access token was rotated already' },
  'too-many-keys': { status: 409, title: 'No more keys can be stored' },
  'body-too-large': { status: 413, title: 'The request body is too large' },
  'address-too-long': { status: 414, title: 'The address is too long' },
  'unsupported-media-type': { status: 415, title: 'The request body must be JSON' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  'openai-refused': { status: 502, title: 'OpenAI refuses this' },
  'openai-unavailable': { status: 503, title: 'OpenAI does not answer' },
  unavailable: { status: 503, title: 'Not available right now' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

export interface ProblemOptions {
  /** Safe for the caller: what is wrong and what to do. Never repeats a secret. */
  detail?: string;
  /** For the log only. */
  cause?: unknown;
  /** Ids of who it happened to, where the request itself does not tell: `tokenId`, `tenantId`, … For the log only. */
  who?: Readonly<Record<string, string>>;
  /** The one input field that `detail` is about, where there is just one. */
  field?: string;
  /** Faults by input field, for forms and clients, where `detail` alone does not say it. */
  fields?: Record<string, string>;
  /** Seconds after which trying again makes sense; becomes `Retry-After`. */
  retryAfterSecs?: number;
}

/** An error with a public face. Everything else that is thrown reaches the caller as `internal`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly who: Readonly<Record<string, string>> | undefined;
  readonly fields: Record<string, string> | undefined;
  readonly retryAfterSecs: number | undefined;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ?? problems[code].title, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.detail = options.detail;
    this.who = options.who;
    this.fields = options.field === undefined ? options.fields : { [options.field]: this.message };
    this.retryAfterSecs = options.retryAfterSecs;
  }

  get status(): number {
    return problems[this.code].status;
  }

  get title(): string {
    return problems[this.code].title;
  }
}
