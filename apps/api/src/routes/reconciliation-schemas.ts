import { z } from 'zod';
import { mostReconciledDays } from '#domain/reconciliation/reconciled-days.js';
import { differenceReasons, reconciliationGroups } from '#domain/reconciliation/reconciliation.js';
import { rangeShape, withRange } from './read-range.js';
import { day } from './days.js';

const openaiId = z.string().min(1).max(200);

export const reconciliationQuery = withRange(
  z.strictObject({
    ...rangeShape,
    to: rangeShape.to.describe(`Included. Default: today. Days are UTC; at most ${mostReconciledDays}.`),
    by: z
      .enum(reconciliationGroups, `must be one of ${reconciliationGroups.join(', ')}`)
      .optional()
      .describe(
        'What the rows are. Days, of which there can be at most 62, are the default of such ranges; else months.',
      ),
    organization: z.uuid('must be the id of an organization').toLowerCase().optional(),
    project: openaiId.optional().describe('OpenAI’s id of a project.'),
    limit: z.coerce
      .number('must be a number')
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(1_000, 'must be at most 1000')
      .default(200)
      .describe('Rows at most; what is beyond is summed in `rest`. Days and months are never left out.'),
    format: z.enum(['json', 'csv'], 'must be json or csv').optional().describe('Else by `Accept`.'),
    table: z
      .enum(['focus', 'reconciliation'], 'must be focus or reconciliation')
      .default('focus')
      .describe('Of CSV: the bill with the columns of FOCUS 1.2, or the rows of this comparison.'),
  }),
);

const usd = z.string().nullable().describe('Decimal USD; null: the book has nothing on it.');

const differenceJson = z
  .object({
    usd: z.string(),
    percent: z.number().nullable().describe('Of the book named first; null when that has nothing.'),
    parts: z
      .array(z.object({ reason: z.enum(differenceReasons), usd: z.string() }))
      .describe('They sum to the difference, largest first.'),
  })
  .nullable();

const booksJson = z.object({
  measuredUsd: usd,
  reportedUsd: usd,
  billedUsd: usd,
  billedLessReported: differenceJson.describe('Null unless both books were read for some of the range.'),
  reportedLessMeasured: differenceJson,
});

export const reconciliationJson = z.object({
  from: day,
  to: day,
  by: z.enum(reconciliationGroups),
  total: booksJson.describe('Of all rows, those left out too.'),
  items: z.array(
    booksJson.extend({
      group: z
        .string()
        .nullable()
        .describe('A UTC day, a month (`YYYY-MM`), an id, or a model; null for what has none.'),
      name: z.string().nullable(),
      keyId: z.string().nullable().describe('Of a row by key: the stored key, if it is one.'),
      openaiKeyIds: z.array(z.string()).describe('Of a row by key: the keys at OpenAI that it is.'),
      isProvisional: z
        .boolean()
        .describe('Of a row by day or month: bills of it may still change, or were not read yet.'),
    }),
  ),
  rest: booksJson.extend({ rows: z.int().positive() }).nullable().describe('What was left out for the limit, as one.'),
  priceRatios: z
    .array(
      z.object({
        model: z.string(),
        ratio: z.number().describe('Billed divided by reported.'),
        days: z.int().positive().describe('Final days that were compared.'),
        usd: z.string(),
      }),
    )
    .describe(
      'Models whose bill is in one proportion to their usage on all final days; beyond 62 days, in each half of a month.',
    ),
  provisionalDays: z.int().nonnegative(),
  firstProvisionalDay: day.nullable(),
});
