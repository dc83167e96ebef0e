import type { UsageReading } from '#pricing/read-reported-usage.js';
import { emptyUsage, totalCachedInputTokens, totalInputTokens, totalOutputTokens, type Usage } from '#pricing/usage.js';

type Fields = Record<string, unknown>;

// Far beyond a year of the largest organization, and small enough that no price makes it overflow `numeric(24,12)`.
const mostTokens = 10_000_000_000_000;

/**
 * The canonical counts of a completions result, whose parts sum to its `input_tokens` and `output_tokens`. In newer
 * results `input_text_tokens`, `input_audio_tokens` and `input_image_tokens` are the uncached parts, without cache
 * writes, and `input_cached_*_tokens` the cached ones. Older results lack most fields: those are 0, or what is left.
 *
 * As for a single answer (`readReportedUsage`, whose bound on tokens a day may well exceed), details that contradict the
 * totals do not lose tokens: what is in doubt counts as uncached text, and the reading is `estimated`. So it is in older
 * results with both audio and cached tokens, which do not say whether the cached ones were audio.
 * Null when totals or requests are no counts.
 */
export function readCompletionsUsage(fields: Fields): UsageReading | null {
  const { input_tokens: input, output_tokens: output, num_model_requests: requests } = fields;
  if (!isCount(input) || !isCount(output) || !isCount(requests)) return null;
  const usage = { ...emptyUsage, ...splitInput(fields), ...splitOutput(fields), requests };
  if (agrees(fields, usage)) return { usage, basis: isAmbiguous(fields) ? 'estimated' : 'exact' };
  // Audio costs many times what text does, so it is kept as far as it is believable.
  const audioIn = believable(fields.input_audio_tokens, input);
  const audioOut = believable(fields.output_audio_tokens, output);
  const totals = { inputUncachedTokens: input - audioIn, outputTokens: output - audioOut };
  return {
    usage: { ...emptyUsage, requests, ...totals, audioInputTokens: audioIn, audioOutputTokens: audioOut },
    basis: 'estimated',
  };
}

function agrees(fields: Fields, usage: Usage): boolean {
  const uncached = usage.inputUncachedTokens + usage.audioInputTokens + usage.imageInputTokens;
  const written = usage.cacheWriteTokens + usage.cacheWrite12hTokens;
  return (
    Object.values(usage).every(isCount) &&
    isAsStated(fields.input_tokens, totalInputTokens(usage)) &&
    isAsStated(fields.output_tokens, totalOutputTokens(usage)) &&
    isAsStated(fields.input_uncached_tokens, uncached) &&
    isAsStated(fields.input_cached_tokens, totalCachedInputTokens(usage)) &&
    isAsStated(fields.input_cache_write_tokens, written)
  );
}

/** Only newer results tell text from audio on either side of the cache. */
function isAmbiguous(fields: Fields): boolean {
  const isSplit = isCount(fields.input_uncached_tokens) || isCount(fields.input_text_tokens);
  return !isSplit && countOf(fields, 'input_audio_tokens') > 0 && countOf(fields, 'input_cached_tokens') > 0;
}

function splitInput(fields: Fields): Partial<Usage> {
  const [cached, write12h] = [countOf(fields, 'input_cached_tokens'), countOf(fields, 'input_cache_write_12h_tokens')];
  const write30m = countOr(
    fields,
    'input_cache_write_30m_tokens',
    countOr(fields, 'input_cache_write_tokens', write12h) - write12h,
  );
  const uncached = countOr(
    fields,
    'input_uncached_tokens',
    countOf(fields, 'input_tokens') - cached - write30m - write12h,
  );
  const [audio, image] = [countOf(fields, 'input_audio_tokens'), countOf(fields, 'input_image_tokens')];
  const cachedAudio = countOf(fields, 'input_cached_audio_tokens');
  const cachedImage = countOf(fields, 'input_cached_image_tokens');
  return {
    inputUncachedTokens: countOr(fields, 'input_text_tokens', uncached - audio - image),
    audioInputTokens: audio,
    imageInputTokens: image,
    inputCachedTokens: countOr(fields, 'input_cached_text_tokens', cached - cachedAudio - cachedImage),
    audioCachedInputTokens: cachedAudio,
    imageCachedInputTokens: cachedImage,
    cacheWriteTokens: write30m,
    cacheWrite12hTokens: write12h,
  };
}

function splitOutput(fields: Fields): Partial<Usage> {
  const [audio, image] = [countOf(fields, 'output_audio_tokens'), countOf(fields, 'output_image_tokens')];
  const text = countOr(fields, 'output_text_tokens', countOf(fields, 'output_tokens') - audio - image);
  return { outputTokens: text, audioOutputTokens: audio, imageOutputTokens: image };
}

/** A count that must be as stated, where it is stated. */
function isAsStated(stated: unknown, count: number): boolean {
  return stated === undefined || stated === null || stated === count;
}

function countOf(fields: Fields, name: string): number {
  return countOr(fields, name, 0);
}

/** What is there and no count stays what it is, and fails the check of the sum. */
function countOr(fields: Fields, name: string, otherwise: number): number {
  const value = fields[name];
  if (value === undefined || value === null) return otherwise;
  return typeof value === 'number' ? value : Number.NaN;
}

function believable(value: unknown, total: number): number {
  return isCount(value) && value <= total ? value : 0;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= mostTokens;
}
