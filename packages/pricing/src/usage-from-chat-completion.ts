import { readReportedUsage, type ReportedCount, type UsageReading } from './read-reported-usage.js';

/** `usage` of POST /chat/completions; POST /embeddings sends the same without `completion_tokens`. */
export interface ChatCompletionUsage {
  prompt_tokens?: ReportedCount;
  completion_tokens?: ReportedCount;
  total_tokens?: ReportedCount;
  prompt_tokens_details?:
    | { cached_tokens?: ReportedCount; cache_write_tokens?: ReportedCount; audio_tokens?: ReportedCount }
    | null
    | undefined;
  completion_tokens_details?: { reasoning_tokens?: ReportedCount; audio_tokens?: ReportedCount } | null | undefined;
}

/**
 * The canonical counts of one chat completion or embedding. Missing details count as 0, null is unreadable, and
 * contradictions are `estimated`: see `readReportedUsage`.
 *
 * `image_tokens` of the details stay in the text parts on purpose: chat bills images at the text rates, and they overlap
 * with the cached tokens in a way the provider does not tell.
 */
export function usageFromChatCompletion(reported: ChatCompletionUsage): UsageReading | null {
  const prompt = reported.prompt_tokens_details;
  const completion = reported.completion_tokens_details;
  return readReportedUsage({
    input: reported.prompt_tokens,
    output: reported.completion_tokens,
    total: reported.total_tokens,
    cached: prompt?.cached_tokens,
    cacheWrite: prompt?.cache_write_tokens,
    cacheWrite30m: null,
    cacheWrite12h: null,
    audioInput: prompt?.audio_tokens,
    audioOutput: completion?.audio_tokens,
    reasoning: completion?.reasoning_tokens,
  });
}
