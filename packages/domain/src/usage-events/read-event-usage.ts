import type { UsageReading } from '#pricing/read-reported-usage.js';
import { type ChatCompletionUsage, usageFromChatCompletion } from '#pricing/usage-from-chat-completion.js';
import { usageFromModalities } from '#pricing/usage-from-modalities.js';
import { usageFromResponse } from '#pricing/usage-from-response.js';

/**
 * The counts of OpenAI's `usage` object, recognised by its fields: of a chat completion or embedding by `prompt_tokens`; of
 * an image, a transcription or a realtime session by counts of text, sound and pictures apart, or by its `type`; else of a
 * response by `input_tokens`. Null when it is none of these, when its totals are no counts, or beyond a billion tokens, and of
 * a transcription that is billed by its duration.
 */
export function readEventUsage(reported: object): UsageReading | null {
  // The types are hopes: whatever stands where a count should be is tested to be one by those who read it.
  if ('prompt_tokens' in reported) return usageFromChatCompletion(reported as ChatCompletionUsage);
  if ('type' in reported && reported.type !== 'tokens') return null;
  return isByModality(reported) ? usageFromModalities(reported) : usageFromResponse(reported);
}

/** What is wrong where it is null. */
export const notAnEventUsage =
  'must be the usage object of a chat completion, a response, an embedding, an image, a realtime session or a transcription ' +
  'by tokens, with its token counts';

/** Transcriptions have a `type`, and they and realtime sessions write `token` where responses write `tokens`. */
const otherNames = ['type', 'input_token_details', 'output_token_details'];

function isByModality(reported: { input_tokens_details?: unknown; output_tokens_details?: unknown }): boolean {
  const isOfImages = [reported.input_tokens_details, reported.output_tokens_details].some(
    (details) =>
      typeof details === 'object' &&
      details !== null &&
      ('text_tokens' in details || 'image_tokens' in details || 'audio_tokens' in details),
  );
  return isOfImages || otherNames.some((name) => name in reported);
}
