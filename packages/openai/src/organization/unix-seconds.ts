import { z } from 'zod';

/** A Unix time in seconds, as an instant. */
export const unixSeconds = z.number().transform((seconds) => new Date(seconds * 1000));

/** The same, where null and absent mean never. */
export const unixSecondsOrNull = z
  .number()
  .nullish()
  .transform((seconds) => (typeof seconds === 'number' ? new Date(seconds * 1000) : null));
