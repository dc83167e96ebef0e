import { assert, nat, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyUsage, totalInputTokens, totalOutputTokens } from '#pricing/usage.js';
import { parseUsageResult } from './parse-usage-result.js';
import { readCompletionsUsage } from './read-completions-usage.js';

// The example of OpenAI's API reference.
const example = {
  input_tokens: 1000,
  input_cached_tokens: 400,
  input_cache_write_tokens: 100,
  input_uncached_tokens: 500,
  output_tokens: 500,
  input_text_tokens: 400,
  output_text_tokens: 400,
  input_cached_text_tokens: 300,
  input_audio_tokens: 50,
  input_cached_audio_tokens: 50,
  output_audio_tokens: 50,
  input_image_tokens: 50,
  input_cached_image_tokens: 50,
  output_image_tokens: 50,
  num_model_requests: 5,
};

describe('a completions result', () => {
  it('is split into parts that sum to its totals', () => {
    expect(readCompletionsUsage(example)).toEqual({
      basis: 'exact',
      usage: {
        ...emptyUsage,
        requests: 5,
        inputUncachedTokens: 400,
        inputCachedTokens: 300,
        cacheWriteTokens: 100,
        audioInputTokens: 50,
        audioCachedInputTokens: 50,
        imageInputTokens: 50,
        imageCachedInputTokens: 50,
        outputTokens: 400,
        audioOutputTokens: 50,
        imageOutputTokens: 50,
      },
    });
  });

  it('tells the two retentions of cache writes apart', () => {
    const fields = { ...example, input_cache_write_30m_tokens: 30, input_cache_write_12h_tokens: 70 };
    expect(readCompletionsUsage(fields)).toMatchObject({
      basis: 'exact',
      usage: { cacheWriteTokens: 30, cacheWrite12hTokens: 70 },
    });
    const only12h = { ...example, input_cache_write_12h_tokens: 70 };
    expect(readCompletionsUsage(only12h)?.usage).toMatchObject({ cacheWriteTokens: 30, cacheWrite12hTokens: 70 });
  });

  it.each([
    ['totals only', {}, 'exact', { inputUncachedTokens: 1000, outputTokens: 500 }],
    ['cached tokens', { input_cached_tokens: 400 }, 'exact', { inputUncachedTokens: 600, inputCachedTokens: 400 }],
    [
      'null for what is not known',
      { input_cached_tokens: null, input_audio_tokens: null },
      'exact',
      { inputUncachedTokens: 1000 },
    ],
    // Older audio may have been cached or not: nothing says which.
    [
      'audio and cached tokens',
      { input_cached_tokens: 400, input_audio_tokens: 100 },
      'estimated',
      { audioInputTokens: 100 },
    ],
    [
      'more cached than read',
      { input_cached_tokens: 1001 },
      'estimated',
      { inputUncachedTokens: 1000, inputCachedTokens: 0 },
    ],
  ])('of older days with %s keeps its totals', (_what, details, basis, usage) => {
    const fields = { input_tokens: 1000, output_tokens: 500, num_model_requests: 5, ...details };
    const reading = readCompletionsUsage(fields);
    expect(reading).toMatchObject({ basis, usage: { requests: 5, ...usage } });
    expect(reading && totalInputTokens(reading.usage)).toBe(1000);
    expect(reading && totalOutputTokens(reading.usage)).toBe(500);
  });

  it.each([
    ['text', { input_text_tokens: 401 }],
    ['cached text', { input_cached_text_tokens: 299 }],
    ['output text', { output_text_tokens: 399 }],
    ['uncached', { input_uncached_tokens: 499, input_text_tokens: 400 }],
    ['cache writes', { input_cache_write_30m_tokens: 99, input_cache_write_12h_tokens: 0 }],
    ['negative', { input_image_tokens: -50, input_text_tokens: 500 }],
    ['output audio beyond the output', { output_audio_tokens: 501 }],
    ['a count that is a text', { input_image_tokens: '50' }],
  ])('whose details contradict its totals (%s) keeps the totals, and is an estimate', (_what, wrong) => {
    const reading = readCompletionsUsage({ ...example, ...wrong });
    expect(reading?.basis).toBe('estimated');
    expect(reading && totalInputTokens(reading.usage)).toBe(1000);
    expect(reading && totalOutputTokens(reading.usage)).toBe(500);
  });

  it.each(['input_tokens', 'output_tokens', 'num_model_requests'])(
    'without %s is kept as unknown, not as zero',
    (field) => {
      const { [field]: _missing, ...rest } = { object: 'organization.usage.completions.result', ...example } as Record<
        string,
        unknown
      >;
      expect(parseUsageResult(rest)).toEqual({ unknown: { object: rest.object, raw: rest } });
    },
  );

  it('of a day may hold billions of tokens, and no more than anybody can use', () => {
    const ofInput = (input: number) => ({ input_tokens: input, output_tokens: 0, num_model_requests: 9 });
    expect(readCompletionsUsage(ofInput(10 ** 13))?.usage.inputUncachedTokens).toBe(10 ** 13);
    expect(readCompletionsUsage(ofInput(10 ** 13 + 1))).toBeNull();
  });

  it('of any size sums to its totals', () => {
    const counts = tuple(nat(), nat(), nat(), nat(), nat(), nat(), nat(), nat());
    assert(
      property(
        counts,
        nat(),
        nat(),
        ([text, cachedText, m30, h12, audio, cachedAudio, image, cachedImage], out, outAudio) => {
          const input = text + cachedText + m30 + h12 + audio + cachedAudio + image + cachedImage;
          const reading = readCompletionsUsage({
            input_tokens: input,
            output_tokens: out + outAudio,
            num_model_requests: 1,
            input_text_tokens: text,
            input_cached_tokens: cachedText + cachedAudio + cachedImage,
            input_cache_write_30m_tokens: m30,
            input_cache_write_12h_tokens: h12,
            input_audio_tokens: audio,
            input_cached_audio_tokens: cachedAudio,
            input_image_tokens: image,
            input_cached_image_tokens: cachedImage,
            output_audio_tokens: outAudio,
          });
          expect(reading?.basis).toBe('exact');
          expect(reading && totalInputTokens(reading.usage)).toBe(input);
          expect(reading && totalOutputTokens(reading.usage)).toBe(out + outAudio);
        },
      ),
    );
  });
});

describe('a batch', () => {
  it('is priced as a batch, whatever tier it names', () => {
    const raw = { object: 'organization.usage.completions.result', ...example, batch: true, service_tier: 'default' };
    expect(parseUsageResult(raw)).toMatchObject({ known: { group: { pricedTier: 'batch', serviceTier: 'default' } } });
    const single = { ...raw, batch: false };
    expect(parseUsageResult(single)).toMatchObject({ known: { group: { pricedTier: 'default' } } });
  });
});

describe('anything else', () => {
  it.each([
    [null],
    ['text'],
    [{}],
    [{ object: 'organization.usage.images.result' }],
    [{ object: 'organization.usage.new.result' }],
  ])('such as %s is kept as it came', (raw) => {
    expect(parseUsageResult(raw)).toMatchObject({ unknown: { raw } });
  });
});
