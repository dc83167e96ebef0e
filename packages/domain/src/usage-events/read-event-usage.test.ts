import { expect, test } from 'vitest';
import { emptyUsage, totalInputTokens, totalOutputTokens } from '#pricing/usage.js';
import { readEventUsage } from './read-event-usage.js';

test.each<[string, object]>([
  ['nothing', {}],
  ['a list', []],
  ['totals that are null', { prompt_tokens: null, completion_tokens: 1 }],
  ['totals that are text', { prompt_tokens: '12', completion_tokens: 1 }],
  ['a negative total', { input_tokens: -1, output_tokens: 1 }],
  ['half a token', { input_tokens: 1.5, output_tokens: 1 }],
  ['more than a billion tokens', { prompt_tokens: 1_000_000_001, completion_tokens: 0 }],
  ['a transcription by duration', { type: 'duration', seconds: 5 }],
  ['of a type that nobody knows', { type: 'credits', input_tokens: 5, output_tokens: 5 }],
  ['an image without totals', { input_tokens_details: { image_tokens: 2, text_tokens: 3 } }],
])('usage that is %s cannot be read, and is nothing rather than free', (_name, usage) => {
  expect(readEventUsage(usage)).toBeNull();
});

test.each<[string, object, object]>([
  [
    'an image',
    { input_tokens: 5, output_tokens: 7, total_tokens: 12, input_tokens_details: { image_tokens: 2, text_tokens: 3 } },
    { inputUncachedTokens: 3, imageInputTokens: 2, imageOutputTokens: 7, outputTokens: 0 },
  ],
  [
    'a transcription',
    { type: 'tokens', input_tokens: 9, output_tokens: 4, input_token_details: { text_tokens: 1, audio_tokens: 8 } },
    { inputUncachedTokens: 1, audioInputTokens: 8, outputTokens: 4 },
  ],
  [
    'a realtime session',
    {
      input_tokens: 10,
      output_tokens: 5,
      input_token_details: {
        text_tokens: 4,
        audio_tokens: 6,
        cached_tokens: 3,
        cached_tokens_details: { text_tokens: 1, audio_tokens: 2 },
      },
      output_token_details: { text_tokens: 2, audio_tokens: 3 },
    },
    {
      inputUncachedTokens: 3,
      inputCachedTokens: 1,
      audioInputTokens: 4,
      audioCachedInputTokens: 2,
      outputTokens: 2,
      audioOutputTokens: 3,
    },
  ],
])('usage of %s is read by kind of token', (_name, reported, counts) => {
  expect(readEventUsage(reported)).toMatchObject({ usage: { requests: 1, ...counts }, basis: 'exact' });
});

test.each<[string, object]>([
  ['a transcription that leaves its input open', { type: 'tokens', input_tokens: 5, output_tokens: 5 }],
  ['more by kind than in all', { input_tokens: 5, output_tokens: 5, input_token_details: { audio_tokens: 6 } }],
  ['fewer by kind than in all', { input_tokens: 5, output_tokens: 0, input_token_details: { audio_tokens: 4 } }],
  [
    'cached of no kind',
    { input_tokens: 5, output_tokens: 0, input_token_details: { audio_tokens: 5, cached_tokens: 2 } },
  ],
  [
    'details that are none',
    { input_tokens: 5, output_tokens: 5, input_token_details: 'five', output_token_details: 5 },
  ],
  ['another total', { type: 'tokens', input_tokens: 5, output_tokens: 5, total_tokens: 11, input_token_details: null }],
])('usage with %s loses no token and is no exact one', (_name, reported) => {
  const { usage = emptyUsage, basis } = readEventUsage(reported) ?? {};
  const { input_tokens, output_tokens } = reported as Record<string, number>;
  expect([totalInputTokens(usage), totalOutputTokens(usage)]).toEqual([input_tokens, output_tokens]);
  expect(basis).toBe('estimated');
});
