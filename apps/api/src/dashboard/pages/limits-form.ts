import { z } from 'zod';
import type { Problem } from '#core/problem.js';
import { limitsBody } from '../../routes/usage-figures-schemas.js';
import type { RefusedLimits } from '../view-models/spend-limits.js';
import type { Visit } from './page-route.js';
import { errorsOf } from './parse-fields.js';
import { readAmount } from './read-amount.js';

const limit = z
  .string()
  .default('')
  .transform((text) => readAmount(text) || null)
  .refine(
    (usd) => limitsBody.shape.dailyUsd.safeParse(usd).success,
    'A limit is an amount of USD above 0, such as 50 or 12.5. Empty is no limit.',
  );

/** By the rules of the JSON API; an empty field takes the limit away. */
export const limitsForm = z.object({ dailyUsd: limit, monthlyUsd: limit });

/** The form as it was sent, with what is wrong. */
export function refusedLimits({ form }: Visit, problem: Problem): RefusedLimits {
  const { dailyUsd = '', monthlyUsd = '' } = form;
  const names = { dailyUsd: 'The limit of a day', monthlyUsd: 'The limit of a month' };
  return {
    values: { dailyUsd: dailyUsd.slice(0, 300), monthlyUsd: monthlyUsd.slice(0, 300) },
    errors: errorsOf(problem, names),
  };
}
