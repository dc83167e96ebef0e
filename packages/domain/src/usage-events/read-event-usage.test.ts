import { expect, test } from 'vitest';
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
  ['a transcription by tokens', { type: 'tokens', input_tokens: 5, output_tokens: 5, total_tokens: 10 }],
  ['an image', { input_tokens: 5, output_tokens: 5, input_tokens_details: { image_tokens: 2, text_tokens: 3 } }],
  ['read by kind of token: text', { input_tokens: 5, output_tokens: 5, input_tokens_details: { text_tokens: 5 } }],
  ['read by kind of token: images', { input_tokens: 5, output_tokens: 5, input_tokens_details: { image_tokens: 5 } }],
  ['read by kind of token: sound', { input_tokens: 5, output_tokens: 5, input_tokens_details: { audio_tokens: 5 } }],
  ['written by kind of token', { input_tokens: 5, output_tokens: 5, output_tokens_details: { image_tokens: 5 } }],
  ['a realtime session that wrote', { input_tokens: 5, output_tokens: 5, output_token_details: { audio_tokens: 5 } }],
  ['a realtime session', { input_tokens: 5, output_tokens: 5, input_token_details: { audio_tokens: 5 } }],
])('usage that is %s cannot be read, and is nothing rather than free', (_name, usage) => {
  expect(readEventUsage(usage)).toBeNull();
});
