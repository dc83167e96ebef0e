/** What an answer's headers say of limits. Null where a header is absent or unreadable. */
export interface RateLimit {
  limitRequests: number | null;
  limitTokens: number | null;
  remainingRequests: number | null;
  remainingTokens: number | null;
  resetRequestsMs: number | null;
  resetTokensMs: number | null;
  /** From `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3). */
  retryAfterMs: number | null;
}

/** `x-ratelimit-*` and `Retry-After`, or null when there is none of them, as on model lists and admin endpoints. */
export function readRateLimit(headers: Headers, now: Date): RateLimit | null {
  const rateLimit: RateLimit = {
    limitRequests: readCount(headers.get('x-ratelimit-limit-requests')),
    limitTokens: readCount(headers.get('x-ratelimit-limit-tokens')),
    remainingRequests: readCount(headers.get('x-ratelimit-remaining-requests')),
    remainingTokens: readCount(headers.get('x-ratelimit-remaining-tokens')),
    resetRequestsMs: readDuration(headers.get('x-ratelimit-reset-requests')),
    resetTokensMs: readDuration(headers.get('x-ratelimit-reset-tokens')),
    retryAfterMs: readRetryAfter(headers.get('retry-after'), now),
  };
  return Object.values(rateLimit).some((value) => value !== null) ? rateLimit : null;
}

function readCount(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

const unitMs: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** OpenAI writes durations as Go does: `12ms`, `8.64s`, `6m0s`, `1h2m3s`. */
function readDuration(text: string | null): number | null {
  if (text === null || !/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[dhms])){1,5}$/.test(text)) return null;
  const parts = text.matchAll(/([\d.]+)(ms|[dhms])/g);
  return Math.ceil([...parts].reduce((sum, [, count, unit = 's']) => sum + Number(count) * (unitMs[unit] ?? 0), 0));
}

function readRetryAfter(text: string | null, now: Date): number | null {
  if (text === null) return null;
  if (/^\d{1,9}(?:\.\d{1,3})?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
