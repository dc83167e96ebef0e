import { Prisma } from '#db/rows.js';
import type { Usage } from '#pricing/usage.js';

/** Each count of a `Usage` and the column that holds it. */
const usageColumnNames = {
  requests: 'requests',
  inputUncachedTokens: 'input_uncached_tokens',
  inputCachedTokens: 'input_cached_tokens',
  cacheWriteTokens: 'cache_write_tokens',
  cacheWrite12hTokens: 'cache_write_12h_tokens',
  outputTokens: 'output_tokens',
  reasoningTokens: 'reasoning_tokens',
  audioInputTokens: 'audio_input_tokens',
  audioCachedInputTokens: 'audio_cached_input_tokens',
  audioOutputTokens: 'audio_output_tokens',
  imageInputTokens: 'image_input_tokens',
  imageCachedInputTokens: 'image_cached_input_tokens',
  imageOutputTokens: 'image_output_tokens',
} as const satisfies Record<keyof Usage, string>;

const entries = Object.entries(usageColumnNames);

/** The columns of a record as the counts of a `Usage`: far below 2^53, so that as float8 they arrive exactly. */
export const usageColumns = Prisma.raw(entries.map(([name, column]) => `${column}::float8 AS "${name}"`).join(', '));

/** The same, summed. */
export const usageColumnSums = Prisma.raw(
  entries.map(([name, column]) => `sum(${column})::float8 AS "${name}"`).join(', '),
);

/** Which of the counts are not zero, as one value to group by. */
export const usedColumns = Prisma.raw(`ROW(${entries.map(([, column]) => `${column} > 0`).join(', ')})`);
