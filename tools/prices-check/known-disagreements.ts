import type { PriceField } from './price-list.js';

/** A disagreement that a person looked into. It holds for exactly these prices, so that a new one is a failure again. */
export interface KnownDisagreement {
  reason: string;
  names: readonly string[] | RegExp;
  /** By field, what our book has and what genai-prices has. */
  fields: Readonly<Record<PriceField, readonly [ours: string, theirs: string]>>;
  /** First UTC day. Default: always. */
  from?: string;
  /** First UTC day no longer. Default: for good. */
  before?: string;
}

const onlyOurs = { model: ['listed', '–'] } as const;
const onlyTheirs = { model: ['–', 'listed'] } as const;

const onlyLiteLlm = 'Only the LiteLLM price map has it.';
const drawnAsText = 'They list the images that a model draws as text; the price is the same.';
const noFirstDay = 'They name no first day for it: the model came later.';

export const knownDisagreements: readonly KnownDisagreement[] = [
  {
    reason: 'Another host’s spelling, which OpenAI never reports.',
    names: /^gpt-(?:35-turbo|5-\d)|^gpt-3\.5-0301$|^gpt-4o:extended$/,
    fields: onlyTheirs,
  },
  {
    reason: 'Open weights, which OpenAI does not serve; other hosts’ prices are left out on purpose.',
    names: /^gpt-oss-/,
    fields: onlyTheirs,
  },
  {
    reason: 'The id of a rule of theirs that knows names by a pattern; the names are compared.',
    names: ['ft:gpt-3.5-turbo-', 'gpt-4o-mini-2024-07-18.ft-', 'moderation'],
    fields: onlyTheirs,
  },
  {
    reason: 'The base of fine-tuned names without a snapshot date, which theirs needs.',
    names: ['ft:gpt-4o', 'ft:gpt-4o-mini'],
    fields: onlyOurs,
  },
  {
    reason: 'Newer than their list of 2026-09-23, or not taken up in it.',
    names: /^gpt-6\.[12]-|^gpt-image-2\.[56]-/,
    fields: onlyOurs,
    from: '2026-09-08',
  },
  {
    reason: onlyLiteLlm,
    names: [
      'chatgpt-image-latest',
      'ft:gpt-4.1-2025-04-14',
      'ft:gpt-4.1-mini-2025-04-14',
      'ft:gpt-4.1-nano-2025-04-14',
      'ft:o4-mini-2025-04-16',
      'gpt-5-search-api',
      'gpt-realtime-whisper',
    ],
    fields: onlyOurs,
  },
  { reason: onlyLiteLlm, names: ['ft:gpt-4o-2024-08-06'], fields: { cachedInput: ['1.875', '–'] } },
  { reason: onlyLiteLlm, names: ['ft:gpt-4o-mini-2024-07-18'], fields: { cachedInput: ['0.15', '–'] } },
  {
    reason: onlyLiteLlm,
    names: ['gpt-4o-audio-preview'],
    fields: { audioInput: ['40', '–'], audioOutput: ['80', '–'] },
  },
  {
    reason: onlyLiteLlm,
    names: ['gpt-4o-mini-audio-preview'],
    fields: { audioInput: ['10', '–'], audioOutput: ['20', '–'] },
  },
  {
    reason:
      'They have the price of speech as that of text output; ours, from the LiteLLM price map too, has it as both.',
    names: ['gpt-4o-mini-tts'],
    fields: { audioOutput: ['12', '–'] },
  },
  {
    reason: drawnAsText,
    names: ['gpt-image-1'],
    fields: { imageOutput: ['40', '–'], output: ['–', '40'] },
  },
  {
    reason: drawnAsText,
    names: ['gpt-image-1-mini'],
    fields: { imageOutput: ['8', '–'], output: ['–', '8'] },
  },
  {
    reason: drawnAsText,
    names: ['gpt-image-2', 'gpt-image-2-2026-04-21'],
    fields: { imageOutput: ['30', '–'], output: ['–', '30'] },
  },
  {
    reason: 'Free: they leave a price of 0 out.',
    names: /moderation-/,
    fields: { input: ['0', '–'] },
  },
  {
    reason: 'OpenAI’s model pages say more than 272K; they read “<272K” as including exactly 272,000. One token apart.',
    names: /^gpt-5\.[456]|^gpt-6-astra$/,
    fields: { 'long context above': ['272000', '271999'] },
  },
  {
    reason: noFirstDay,
    names: /^gpt-5\.5(?:-20|-chat|-codex|$)/,
    fields: onlyTheirs,
    before: '2026-04-23',
  },
  { reason: noFirstDay, names: /^gpt-5\.6/, fields: onlyTheirs, before: '2026-07-09' },
  { reason: noFirstDay, names: ['gpt-6-astra'], fields: onlyTheirs, before: '2026-09-03' },
  { reason: noFirstDay, names: ['gpt-6-luna', 'gpt-6-sol'], fields: onlyTheirs, before: '2026-09-22' },
  {
    reason: 'Promotion “at least until 2026-11-21”: from the day after we assume the base price, marked as derived.',
    names: ['gpt-5.6', 'gpt-5.6-sol'],
    fields: {
      input: ['5', '4'],
      cachedInput: ['0.5', '0.4'],
      cacheWrite: ['6.25', '5'],
      output: ['30', '20'],
      'long input': ['10', '8'],
      'long cachedInput': ['1', '0.8'],
      'long cacheWrite': ['12.5', '10'],
      'long output': ['45', '30'],
    },
    from: '2026-11-22',
  },
];
