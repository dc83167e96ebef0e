import { Prisma } from '#db/rows.js';
import type { Usage } from '#pricing/usage.js';

const columnOf: Readonly<Record<keyof Usage, string>> = {
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
};

/** Each count of a `Usage` and the column that holds it, in the order of all lists below. */
export const countColumns = Object.entries(columnOf) as [keyof Usage, string][];

const listOf = (textOf: (count: string, column: string) => string) =>
  Prisma.raw(countColumns.map(([count, column]) => textOf(count, column)).join(', '));

/** The columns, to be written to. */
export const usageColumnNames = listOf((_, column) => column);

/** What the counts of a JSON record are called. */
export const usageCountNames = listOf((count) => `"${count}"`);

/** The same, each with its type. */
export const usageCounts = listOf((count) => `"${count}" bigint`);

/** The columns of a record as the counts of a `Usage`: far below 2^53, so that as float8 they arrive exactly. */
export const usageColumns = listOf((count, column) => `${column}::float8 AS "${count}"`);

/** The same, summed. */
export const usageColumnSums = listOf((count, column) => `sum(${column})::float8 AS "${count}"`);

/** Which of the counts are not zero, as one value to group by. */
export const usedColumns = Prisma.sql`ROW(${listOf((_, column) => `${column} > 0`)})`;
