import { z } from 'zod';
import { costDimensions } from '#domain/openai-mirror/cost-question.js';
import { ExactNumber } from '../http/exact-number.js';
import { addRule } from './add-rule.js';

// Names, limits and shapes here are OpenAI's, hence snake_case: its clients read and write them.

function integer({ min, max }: { min: number; max: number }) {
  return z
    .string()
    .regex(/^\d{1,10}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));
}

const unixSeconds = integer({ min: 0, max: 9_999_999_999 });
const name = z
  .string()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .regex(/^[^\p{Cc}]*$/u, 'must have no control characters');
const ids = z.array(name).max(100, 'must be at most 100').default([]);
const organization = z
  .string()
  .min(1, 'must not be empty')
  .max(100)
  .optional()
  .describe('One organization, by its id here or at OpenAI (`org-…`). Default: all of the tenant, together.');

const costsFields = z.strictObject({
  start_time: unixSeconds.describe('Unix seconds, inclusive. A day that it cuts is asked of OpenAI.'),
  end_time: unixSeconds.optional().describe('Unix seconds, exclusive; counts as the end of its UTC day. Default: now.'),
  bucket_width: z.enum(['1d'], 'must be 1d').default('1d'),
  group_by: z
    .array(z.enum(costDimensions, `must be one of ${costDimensions.join(', ')}`))
    .max(costDimensions.length, 'must not name anything twice')
    .default([])
    .describe('Several: `group_by=a&group_by=b` or `group_by[]=a&group_by[]=b`; so are the lists below.'),
  project_ids: ids,
  api_key_ids: ids,
  line_items: ids.describe('Whole names, such as `gpt-5, input_tokens`.'),
  limit: integer({ min: 1, max: 180 }).default(7).describe('Days of one page, 1 to 180.'),
  page: z.string().max(200).optional().describe('The `next_page` of the page before.'),
  organization,
});

export const costsQuery = addRule(costsFields, ['start_time', 'end_time'], ({ start_time: start, end_time: end }) => ({
  end_time: end !== undefined && end <= start ? 'must be after start_time' : null,
}));

export const projectsQuery = z.strictObject({
  limit: integer({ min: 1, max: 100 }).default(20).describe('1 to 100.'),
  after: name.optional().describe('The `last_id` of the page before.'),
  include_archived: z.enum(['true', 'false'], 'must be true or false').default('false'),
  organization,
});

const exactNumber = z.instanceof(ExactNumber).meta({ type: 'number' });
const nullableText = z.string().nullable();

const costResult = z.object({
  object: z.literal('organization.costs.result'),
  amount: z.object({
    value: exactNumber.describe('All decimals, up to 12: read it as a decimal, not as a double, where each counts.'),
    currency: z.literal('usd'),
  }),
  line_item: nullableText,
  project_id: nullableText,
  api_key_id: nullableText,
  user_id: nullableText,
  api_source: nullableText,
  quantity: exactNumber.nullable().describe('With `group_by=line_item` only.'),
  quantity_unit: nullableText,
});

export const costsJson = z.object({
  object: z.literal('page'),
  data: z.array(
    z.object({
      object: z.literal('bucket'),
      start_time: z.int(),
      end_time: z.int(),
      results: z.array(costResult),
    }),
  ),
  has_more: z.boolean(),
  next_page: nullableText,
});

export const projectsJson = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      id: z.string(),
      object: z.literal('organization.project'),
      name: nullableText,
      created_at: z.int(),
      archived_at: z.int().nullable(),
      status: z.enum(['active', 'archived']),
      residency: z
        .string()
        .optional()
        .describe('As OpenAI calls it, such as `EU_STORAGE_PROCESSING`; left out where it told none.'),
    }),
  ),
  first_id: nullableText,
  last_id: nullableText,
  has_more: z.boolean(),
});
