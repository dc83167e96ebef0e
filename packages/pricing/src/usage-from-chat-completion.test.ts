import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { emptyUsage, totalInputTokens, totalOutputTokens } from './usage.js';
import { usageFromChatCompletion } from './usage-from-chat-completion.js';

const count = fc.integer({ min: 0, max: 1_000_000 });
const anyNumber = fc.oneof(count, fc.integer({ min: -5, max: -1 }), fc.double(), fc.constantFrom(null, undefined));

describe('usageFromChatCompletion', () => {
  it('takes cached and cache-write tokens out of the prompt they are part of', () => {
    const reading = usageFromChatCompletion({
      prompt_tokens: 5000,
      completion_tokens: 700,
      total_tokens: 5700,
      prompt_tokens_details: { cached_tokens: 1800, cache_write_tokens: 200 },
      completion_tokens_details: { reasoning_tokens: 640 },
    });
    expect(reading).toEqual({
      basis: 'exact',
      usage: {
        ...emptyUsage,
        requests: 1,
        inputUncachedTokens: 3000,
        inputCachedTokens: 1800,
        cacheWriteTokens: 200,
        outputTokens: 700,
        reasoningTokens: 640,
      },
    });
  });

  it('takes audio out of prompt and completion', () => {
    const reading = usageFromChatCompletion({
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 70 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 40 },
    });
    expect(reading?.basis).toBe('exact');
    expect(reading?.usage).toMatchObject({
      inputUncachedTokens: 30,
      audioInputTokens: 70,
      outputTokens: 10,
      audioOutputTokens: 40,
    });
  });

  it.each([
    ['absent', {}],
    ['null', { prompt_tokens_details: null, completion_tokens_details: null }],
    ['empty', { prompt_tokens_details: {}, completion_tokens_details: {} }],
  ])('reads a usage whose details are %s', (_name, details) => {
    const reading = usageFromChatCompletion({
      prompt_tokens: 9,
      completion_tokens: 3,
      total_tokens: 12,
      ...details,
    });
    expect(reading?.basis).toBe('exact');
    expect(reading?.usage).toEqual({ ...emptyUsage, requests: 1, inputUncachedTokens: 9, outputTokens: 3 });
  });

  it('reads the usage of an embedding, which has no completion', () => {
    const reading = usageFromChatCompletion({ prompt_tokens: 8, total_tokens: 8 });
    expect(reading).toEqual({ usage: { ...emptyUsage, requests: 1, inputUncachedTokens: 8 }, basis: 'exact' });
  });

  it('splits at the boundary: all cached is exact, one more is a contradiction', () => {
    const withCached = (cached_tokens: number) =>
      usageFromChatCompletion({ prompt_tokens: 100, completion_tokens: 1, prompt_tokens_details: { cached_tokens } });
    expect(withCached(99)).toMatchObject({ basis: 'exact', usage: { inputUncachedTokens: 1, inputCachedTokens: 99 } });
    expect(withCached(100)).toMatchObject({
      basis: 'exact',
      usage: { inputUncachedTokens: 0, inputCachedTokens: 100 },
    });
    expect(withCached(101)).toMatchObject({
      basis: 'estimated',
      usage: { inputUncachedTokens: 100, inputCachedTokens: 0 },
    });
  });

  it('keeps the dear audio tokens when the rest of the details contradict', () => {
    const reading = usageFromChatCompletion({
      prompt_tokens: 100,
      completion_tokens: 10,
      prompt_tokens_details: { cached_tokens: 60, audio_tokens: 70 },
    });
    expect(reading).toMatchObject({ basis: 'estimated', usage: { inputUncachedTokens: 30, audioInputTokens: 70 } });
  });

  it('does not call a split exact when the cached tokens may have been audio', () => {
    const reading = usageFromChatCompletion({
      prompt_tokens: 100,
      completion_tokens: 10,
      prompt_tokens_details: { cached_tokens: 20, audio_tokens: 30 },
    });
    expect(reading?.basis).toBe('estimated');
  });

  it('does not trust a total that its parts do not sum to', () => {
    const reading = usageFromChatCompletion({ prompt_tokens: 100, completion_tokens: 10, total_tokens: 120 });
    expect(reading).toMatchObject({ basis: 'estimated', usage: { inputUncachedTokens: 100, outputTokens: 10 } });
  });

  it('does not take a missing completion for an empty one without a total that says so', () => {
    expect(usageFromChatCompletion({ prompt_tokens: 100 })?.basis).toBe('estimated');
    expect(usageFromChatCompletion({ prompt_tokens: 100, total_tokens: 120 })?.basis).toBe('estimated');
  });

  it.each([{}, { prompt_tokens: null }, { prompt_tokens: 1.5 }, { prompt_tokens: 1, completion_tokens: -1 }])(
    'reads nothing from %j, which has no usable totals',
    (reported) => {
      expect(usageFromChatCompletion(reported)).toBeNull();
    },
  );

  it("has parts that are counts and sum to the provider's totals, whatever the details say", () => {
    const reported = fc.record({
      prompt_tokens: count,
      completion_tokens: count,
      total_tokens: anyNumber,
      prompt_tokens_details: fc.record({
        cached_tokens: anyNumber,
        cache_write_tokens: anyNumber,
        audio_tokens: anyNumber,
      }),
      completion_tokens_details: fc.record({ reasoning_tokens: anyNumber, audio_tokens: anyNumber }),
    });
    fc.assert(
      fc.property(reported, (given) => {
        const usage = usageFromChatCompletion(given)?.usage ?? emptyUsage;
        expect(totalInputTokens(usage)).toBe(given.prompt_tokens);
        expect(totalOutputTokens(usage)).toBe(given.completion_tokens);
        expect(usage.reasoningTokens).toBeLessThanOrEqual(usage.outputTokens);
        expect(Object.values(usage).every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
      }),
    );
  });

  it('believes a thousand million tokens of one answer and no more', () => {
    const most = 1_000_000_000;
    expect(usageFromChatCompletion({ prompt_tokens: most, completion_tokens: 0 })).not.toBeNull();
    expect(usageFromChatCompletion({ prompt_tokens: most + 1, completion_tokens: 0 })).toBeNull();
    expect(usageFromChatCompletion({ prompt_tokens: 1, completion_tokens: Number.MAX_SAFE_INTEGER })).toBeNull();
  });

  it('calls every consistent report exact', () => {
    const parts = fc.record({ uncached: count, cached: count, write: count, reasoning: count, text: count });
    fc.assert(
      fc.property(parts, ({ uncached, cached, write, reasoning, text }) => {
        const prompt = uncached + cached + write;
        const completion = reasoning + text;
        const reading = usageFromChatCompletion({
          prompt_tokens: prompt,
          completion_tokens: completion,
          total_tokens: prompt + completion,
          prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: write },
          completion_tokens_details: { reasoning_tokens: reasoning },
        });
        expect(reading?.basis).toBe('exact');
        expect(reading?.usage.inputUncachedTokens).toBe(uncached);
      }),
    );
  });
});
