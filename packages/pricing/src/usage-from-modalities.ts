import { isAbsent, isCount, type ReportedCount, type UsageReading } from './read-reported-usage.js';

type Modality = 'text' | 'audio' | 'image';
type Counts = Record<Modality, number>;

interface TokensByModality {
  text_tokens?: ReportedCount;
  audio_tokens?: ReportedCount;
  image_tokens?: ReportedCount;
}

interface InputDetails extends TokensByModality {
  cached_tokens?: ReportedCount;
  cached_tokens_details?: TokensByModality | null | undefined;
}

/**
 * `usage` of POST /images/…, of POST /audio/transcriptions where it is billed by tokens (`type: 'tokens'`), and of
 * `response.done` in a realtime session: text, sound and pictures have prices of their own, so they are counted apart. Images
 * write `tokens_details`, the others `token_details`.
 */
export interface ModalityUsage {
  type?: string;
  input_tokens?: ReportedCount;
  output_tokens?: ReportedCount;
  total_tokens?: ReportedCount;
  input_tokens_details?: InputDetails | null | undefined;
  output_tokens_details?: TokensByModality | null | undefined;
  input_token_details?: InputDetails | null | undefined;
  output_token_details?: TokensByModality | null | undefined;
}

/**
 * The canonical counts of one such answer. Input of which no kind is told is of what the endpoint reads most, and likewise a
 * session's output; what details leave open, or contradict, is text. The reading is `estimated` then. Null when the input's
 * total is missing, or a total is no count.
 */
export function usageFromModalities(reported: ModalityUsage): UsageReading | null {
  const { input_tokens: input, total_tokens: total } = reported;
  const output = reported.output_tokens ?? 0;
  if (!isCount(input) || !isCount(output)) return null;
  const inputDetails = reported.input_tokens_details ?? reported.input_token_details;
  const read = split(input, inputDetails, reported.type === undefined ? 'text' : 'audio');
  const cached = splitCached(read.counts, inputDetails);
  const written = split(output, ...outputOf(reported, output));
  const totalAgrees = isAbsent(total) || total === input + output;
  return {
    usage: {
      requests: 1,
      inputUncachedTokens: read.counts.text - cached.counts.text,
      inputCachedTokens: cached.counts.text,
      cacheWriteTokens: 0,
      cacheWrite12hTokens: 0,
      audioInputTokens: read.counts.audio - cached.counts.audio,
      audioCachedInputTokens: cached.counts.audio,
      imageInputTokens: read.counts.image - cached.counts.image,
      imageCachedInputTokens: cached.counts.image,
      outputTokens: written.counts.text,
      audioOutputTokens: written.counts.audio,
      imageOutputTokens: written.counts.image,
      reasoningTokens: 0,
    },
    basis: totalAgrees && [read, cached, written].every(({ isCertain }) => isCertain) ? 'exact' : 'estimated',
  };
}

/** A transcription is text; what images write is images, unless they say otherwise: that is no estimate. */
function outputOf(reported: ModalityUsage, output: number): [TokensByModality | null | undefined, Modality] {
  if (reported.type !== undefined) return [{ text_tokens: output }, 'text'];
  if (!isAbsent(reported.input_tokens_details)) {
    return [reported.output_tokens_details ?? { image_tokens: output }, 'image'];
  }
  return [reported.output_tokens_details ?? reported.output_token_details, 'audio'];
}

interface Split {
  counts: Counts;
  isCertain: boolean;
}

function split(total: number, details: TokensByModality | null | undefined, usual: Modality): Split {
  if (isAbsent(details)) return { counts: { ...none, [usual]: total }, isCertain: total === 0 };
  const told = countsOf(details);
  const open = told === null ? -1 : total - sumOf(told);
  if (told === null || open < 0) return { counts: { ...none, text: total }, isCertain: false };
  return { counts: { ...told, text: told.text + open }, isCertain: open === 0 };
}

/** Of what was read: from a cache. Where that is not told apart, none is, which costs more. */
function splitCached(read: Counts, details: InputDetails | null | undefined): Split {
  const cached = details?.cached_tokens ?? 0;
  if (cached === 0) return { counts: none, isCertain: true };
  const told = countsOf(details?.cached_tokens_details ?? {});
  const fits = told !== null && sumOf(told) === cached && modalities.every((each) => told[each] <= read[each]);
  return fits ? { counts: told, isCertain: true } : { counts: none, isCertain: false };
}

const modalities = ['text', 'audio', 'image'] as const;
const none: Counts = { text: 0, audio: 0, image: 0 };

function countsOf(details: TokensByModality): Counts | null {
  const counts = {
    text: details.text_tokens ?? 0,
    audio: details.audio_tokens ?? 0,
    image: details.image_tokens ?? 0,
  };
  return modalities.every((each) => isCount(counts[each])) ? counts : null;
}

const sumOf = (counts: Counts): number => counts.text + counts.audio + counts.image;
