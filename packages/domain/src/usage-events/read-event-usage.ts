import type { UsageReading } from '#pricing/read-reported-usage.js';
import { type ChatCompletionUsage, usageFromChatCompletion } from '#pricing/usage-from-chat-completion.js';
import { usageFromResponse } from '#pricing/usage-from-response.js';

/**
 * The counts of OpenAI's `usage` object, recognised by its fields: of a chat completion or embedding by `prompt_tokens`, of
 * a response by `input_tokens`. Null when it is neither, when its totals are no counts, or beyond a billion tokens.
 * Images, transcriptions and realtime sessions count in `input_tokens` as well and are billed by kind of token: theirs is
 * null too, since read as a response it would get a wrong price that looks exact.
 */
export function readEventUsage(reported: object): UsageReading | null {
  // The types are hopes: whatever stands where a count should be is tested to be one by those who read it.
  return 'prompt_tokens' in reported
    ? usageFromChatCompletion(reported as ChatCompletionUsage)
    : readAsResponse(reported);
}

/** What is wrong where it is null. */
export const notAnEventUsage =
  'must be the usage object of a chat completion, a response or an embedding, with its token counts';

function readAsResponse(reported: object): UsageReading | null {
  const isOfAnotherKind = otherKinds.some((name) => name in reported) || hasModalities(reported);
  return isOfAnotherKind ? null : usageFromResponse(reported);
}

/** Transcriptions have a `type`, and they and realtime sessions write `token` where responses write `tokens`. */
const otherKinds = ['type', 'input_token_details', 'output_token_details'];

function hasModalities(reported: { input_tokens_details?: unknown; output_tokens_details?: unknown }): boolean {
  return [reported.input_tokens_details, reported.output_tokens_details].some(
    (details) =>
      typeof details === 'object' &&
      details !== null &&
      ('text_tokens' in details || 'image_tokens' in details || 'audio_tokens' in details),
  );
}
