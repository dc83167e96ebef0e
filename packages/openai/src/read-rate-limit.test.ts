import { describe, expect, it } from 'vitest';
import { readRateLimit } from './read-rate-limit.js';

const now = new Date('2026-11-20T12:00:00Z');
const read = (headers: Record<string, string>) => readRateLimit(new Headers(headers), now);

describe('readRateLimit', () => {
  it('is null when no header speaks of limits', () => {
    expect(read({ 'content-type': 'application/json' })).toBeNull();
  });

  it.each([
    ['12ms', 12],
    ['8.64s', 8640],
    ['6m0s', 360_000],
    ['1h2m3s', 3_723_000],
    ['1d', 86_400_000],
    ['0s', 0],
  ])('reads the duration %s as %s ms', (text, ms) => {
    expect(read({ 'x-ratelimit-reset-tokens': text })?.resetTokensMs).toBe(ms);
  });

  it.each([
    ['20', 20_000],
    ['0.5', 500],
    ['Fri, 20 Nov 2026 12:00:30 GMT', 30_000],
    ['Fri, 20 Nov 2026 11:59:00 GMT', 0],
  ])('reads Retry-After %s as %s ms', (text, ms) => {
    expect(read({ 'retry-after': text })?.retryAfterMs).toBe(ms);
  });

  it('leaves an unreadable value null and keeps the others', () => {
    const limits = read({
      'x-ratelimit-limit-requests': '-1',
      'x-ratelimit-remaining-requests': '99',
      'x-ratelimit-reset-requests': 'soon',
    });
    expect(limits).toMatchObject({ limitRequests: null, remainingRequests: 99, resetRequestsMs: null });
  });
});
