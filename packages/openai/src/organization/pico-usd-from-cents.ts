import { z } from 'zod';
import { picoUsdPerUsd } from '#core/money.js';

/** A threshold, which OpenAI states in whole cents of USD. */
export const picoUsdFromCents = z
  .number()
  .int()
  .nonnegative()
  .transform((cents) => (BigInt(cents) * picoUsdPerUsd) / 100n);
