import { Prisma } from '#db/rows.js';

// What the columns of the hourly sums are made of, for whoever sums records.

export const allInputTokens = Prisma.sql`input_uncached_tokens + input_cached_tokens + cache_write_tokens
  + cache_write_12h_tokens + audio_input_tokens + audio_cached_input_tokens + image_input_tokens
  + image_cached_input_tokens`;

export const allCachedInputTokens = Prisma.sql`input_cached_tokens + audio_cached_input_tokens
  + image_cached_input_tokens`;

export const allOutputTokens = Prisma.sql`output_tokens + audio_output_tokens + image_output_tokens`;
