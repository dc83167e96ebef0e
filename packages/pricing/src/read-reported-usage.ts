import type { Usage } from './usage.js';

/**
 * Hundreds of times what any model reads or writes in one answer. More is no count but a fault, and what would be summed
 * from it soon fits no column.
 */
const mostTokens = 1_000_000_000;

/** A count as it arrives in JSON: absent, null and 0 mean the same. */
export type ReportedCount = number | null | undefined;

/** What one answer's `usage` object says, whichever endpoint it came from. Details are *of* the totals. */
export interface ReportedUsage {
  input: ReportedCount;
  output: ReportedCount;
  total: ReportedCount;
  cached: ReportedCount;
  /** All cache writes; the two retentions below are of it, and 30 minutes is what an unstated one is. */
  cacheWrite: ReportedCount;
  cacheWrite30m: ReportedCount;
  cacheWrite12h: ReportedCount;
  audioInput: ReportedCount;
  audioOutput: ReportedCount;
  reasoning: ReportedCount;
}

/** `estimated`: the counts are not all what the provider said, see `readReportedUsage`. Pass it on to `costOf`. */
export type UsageBasis = 'exact' | 'estimated';

export interface UsageReading {
  usage: Usage;
  basis: UsageBasis;
}

/**
 * Splits the totals of one answer into the disjoint parts of `Usage`, which always sum to those totals.
 *
 * Details that contradict their total (more cached than read, a negative count) do not lose the tokens, since the totals
 * are what gets billed: the input then counts as uncached, at the ordinary price, and the reading is `estimated`.
 * Clamping would invent a split and hide the contradiction; a failure would drop the tokens from the books. It is
 * `estimated` as well when a prompt has both audio and cached tokens: nothing says whether the cached ones were audio.
 *
 * Null when the totals themselves are missing, no counts, or beyond belief: then nothing is known, and 0 would be a lie.
 */
export function readReportedUsage(reported: ReportedUsage): UsageReading | null {
  const { input, output, total } = reported;
  if (!isCount(input) || !isCount(output ?? 0)) return null;
  const read = splitInput(input, reported);
  const written = splitOutput(output ?? 0, reported);
  const totalAgrees = isAbsent(total) ? !isAbsent(output) : total === input + (output ?? 0);
  return {
    usage: {
      requests: 1,
      inputUncachedTokens: read.uncached,
      inputCachedTokens: read.cached,
      cacheWriteTokens: read.write30m,
      cacheWrite12hTokens: read.write12h,
      audioInputTokens: read.audio,
      audioCachedInputTokens: 0,
      imageInputTokens: 0,
      imageCachedInputTokens: 0,
      outputTokens: written.text,
      audioOutputTokens: written.audio,
      imageOutputTokens: 0,
      reasoningTokens: written.reasoning,
    },
    basis: totalAgrees && read.isCertain && written.isCertain ? 'exact' : 'estimated',
  };
}

function splitInput(input: number, reported: ReportedUsage) {
  const cached = reported.cached ?? 0;
  const audio = reported.audioInput ?? 0;
  const write12h = reported.cacheWrite12h ?? 0;
  const write30m = reported.cacheWrite30m ?? (reported.cacheWrite ?? 0) - write12h;
  const writesAgree = isAbsent(reported.cacheWrite) || reported.cacheWrite === write30m + write12h;
  const throughCache = cached + write30m + write12h;
  const uncached = input - throughCache - audio;
  if (writesAgree && [cached, write30m, write12h, audio, uncached].every(isCount)) {
    return { uncached, cached, write30m, write12h, audio, isCertain: audio === 0 || throughCache === 0 };
  }
  // Audio costs many times what text does, so it is kept as far as it is believable.
  const believable = isCount(audio) && audio <= input ? audio : 0;
  return { uncached: input - believable, cached: 0, write30m: 0, write12h: 0, audio: believable, isCertain: false };
}

function splitOutput(output: number, reported: ReportedUsage) {
  const { audioOutput, reasoning } = reported;
  const audio = isCount(audioOutput) && audioOutput <= output ? audioOutput : 0;
  const text = output - audio;
  const thought = isCount(reasoning) && reasoning <= text ? reasoning : 0;
  return { text, audio, reasoning: thought, isCertain: audio === (audioOutput ?? 0) && thought === (reasoning ?? 0) };
}

/** A whole number of tokens that can be believed. */
export function isCount(value: ReportedCount): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= mostTokens;
}

export function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
