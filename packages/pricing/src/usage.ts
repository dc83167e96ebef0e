/**
 * The one shape of token counts in the program. Every count is a non-negative safe integer.
 *
 * The eight input parts are disjoint and sum to the provider's input total; the three output parts are disjoint and sum
 * to its output total. (OpenAI's own `prompt_tokens` and `input_tokens` include cached, cache-write and audio tokens, so
 * adding those again bills them twice.) `reasoningTokens` is the only count that is not a part.
 */
export interface Usage {
  /** Model requests behind these counts: 1 for one answer, more for a sum. */
  requests: number;

  /** Text read at the full price. Holds the images in a prompt too, where the provider does not count them apart. */
  inputUncachedTokens: number;
  /** Text read from the prompt cache. */
  inputCachedTokens: number;
  /** Text written to the prompt cache with 30-minute retention. */
  cacheWriteTokens: number;
  /** Text written to the prompt cache with 12-hour retention. */
  cacheWrite12hTokens: number;
  /** Audio read at the full price. */
  audioInputTokens: number;
  /** Audio read from the prompt cache. */
  audioCachedInputTokens: number;
  /** Images read at the full price, where counted apart from text. */
  imageInputTokens: number;
  /** Images read from the prompt cache, where counted apart from text. */
  imageCachedInputTokens: number;

  /** Text written by the model, reasoning and rejected predictions included: all bill as output. */
  outputTokens: number;
  /** Audio written by the model. */
  audioOutputTokens: number;
  /** Images written by the model. */
  imageOutputTokens: number;

  /** Of `outputTokens`; informational, never added or billed again. */
  reasoningTokens: number;
}

/** Nothing at all: the start of a sum, and what a literal of a few counts spreads over. */
export const emptyUsage: Readonly<Usage> = {
  requests: 0,
  inputUncachedTokens: 0,
  inputCachedTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite12hTokens: 0,
  audioInputTokens: 0,
  audioCachedInputTokens: 0,
  imageInputTokens: 0,
  imageCachedInputTokens: 0,
  outputTokens: 0,
  audioOutputTokens: 0,
  imageOutputTokens: 0,
  reasoningTokens: 0,
};

/** The provider's input total: the sum of the eight input parts. */
export function totalInputTokens(usage: Usage): number {
  return (
    usage.inputUncachedTokens +
    usage.inputCachedTokens +
    usage.cacheWriteTokens +
    usage.cacheWrite12hTokens +
    usage.audioInputTokens +
    usage.audioCachedInputTokens +
    usage.imageInputTokens +
    usage.imageCachedInputTokens
  );
}

/** The part of the input that was read from a cache, cache writes not included. */
export function totalCachedInputTokens(usage: Usage): number {
  return usage.inputCachedTokens + usage.audioCachedInputTokens + usage.imageCachedInputTokens;
}

/** The provider's output total: the sum of the three output parts. */
export function totalOutputTokens(usage: Usage): number {
  return usage.outputTokens + usage.audioOutputTokens + usage.imageOutputTokens;
}
