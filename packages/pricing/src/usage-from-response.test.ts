import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { emptyUsage, totalInputTokens, totalOutputTokens } from './usage.js';
import { usageFromResponse } from './usage-from-response.js';

const count = fc.integer({ min: 0, max: 1_000_000 });
const anyNumber = fc.oneof(count, fc.integer({ min: -5, max: -1 }), fc.constantFrom(null, undefined));

function responseWith(input_tokens_details: object) {
  return usageFromResponse({ input_tokens: 1000, output_tokens: 100, total_tokens: 1100, input_tokens_details });
}

describe('usageFromResponse', () => {
  it('tells cache writes apart by how long they are kept', () => {
    const reading = responseWith({
      cached_tokens: 300,
      cache_write_tokens: 200,
      cache_write_tokens_details: { ttl_30m_tokens: 150, ttl_12h_tokens: 50 },
    });
    expect(reading).toEqual({
      basis: 'exact',
      usage: {
        ...emptyUsage,
        requests: 1,
        inputUncachedTokens: 500,
        inputCachedTokens: 300,
        cacheWriteTokens: 150,
        cacheWrite12hTokens: 50,
        outputTokens: 100,
      },
    });
  });

  it('takes cache writes of unstated retention for 30-minute ones', () => {
    expect(responseWith({ cached_tokens: 0, cache_write_tokens: 200 })).toMatchObject({
      basis: 'exact',
      usage: { inputUncachedTokens: 800, cacheWriteTokens: 200, cacheWrite12hTokens: 0 },
    });
  });

  it.each([
    { cached_tokens: 1001 },
    { cache_write_tokens: 10, cache_write_tokens_details: { ttl_12h_tokens: 11 } },
    { cache_write_tokens: 10, cache_write_tokens_details: { ttl_30m_tokens: 4, ttl_12h_tokens: 4 } },
    { cached_tokens: -1 },
  ])('counts all input as uncached and says so when the details contradict: %j', (details) => {
    expect(responseWith(details)).toMatchObject({
      basis: 'estimated',
      usage: { inputUncachedTokens: 1000, inputCachedTokens: 0, cacheWriteTokens: 0, cacheWrite12hTokens: 0 },
    });
  });

  it('reads a usage without details, and nothing from one without totals', () => {
    expect(usageFromResponse({ input_tokens: 7, output_tokens: 2 })).toEqual({
      basis: 'exact',
      usage: { ...emptyUsage, requests: 1, inputUncachedTokens: 7, outputTokens: 2 },
    });
    expect(usageFromResponse({ output_tokens: 2 })).toBeNull();
  });

  it("has parts that sum to the provider's totals, whatever the details say", () => {
    const reported = fc.record({
      input_tokens: count,
      output_tokens: count,
      input_tokens_details: fc.record({
        cached_tokens: anyNumber,
        cache_write_tokens: anyNumber,
        cache_write_tokens_details: fc.record({ ttl_30m_tokens: anyNumber, ttl_12h_tokens: anyNumber }),
      }),
      output_tokens_details: fc.record({ reasoning_tokens: anyNumber }),
    });
    fc.assert(
      fc.property(reported, (given) => {
        const usage = usageFromResponse(given)?.usage ?? emptyUsage;
        expect(totalInputTokens(usage)).toBe(given.input_tokens);
        expect(totalOutputTokens(usage)).toBe(given.output_tokens);
        expect(Object.values(usage).every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
      }),
    );
  });
});
