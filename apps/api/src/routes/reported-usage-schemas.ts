import { z } from 'zod';
import { count, instant, pageOf, paging } from './schemas.js';
import { figuresShape } from './usage-figures-schemas.js';
import { tokenCounts, usageSums } from './usage-schemas.js';
import { day } from './days.js';

const { book: _book, ...narrowing } = figuresShape;

export const reportedUsageQuery = z.strictObject({
  ...paging({ max: 500, byDefault: 100 }),
  ...narrowing,
  key: narrowing.key.describe('OpenAI’s id of a key, or `(none)`.'),
  kind: narrowing.kind.describe('The usage endpoint.'),
  day: day.optional().describe('Of that calendar. Default: today.'),
});

const nullableText = z.string().nullable();

const reportedRowJson = z.object({
  id: z.uuid(),
  bucketAt: instant.describe('Where the bucket begins; it stands for the day in which its hour, or its noon, lies.'),
  bucketSecs: count.describe('3,600, or 86,400 of a past day, which is imported as one.'),
  organizationId: z.uuid(),
  kind: z.string().describe('The usage endpoint.'),
  projectId: nullableText,
  projectName: nullableText,
  keyId: nullableText.describe('OpenAI’s.'),
  keyName: nullableText,
  userId: nullableText,
  model: nullableText,
  serviceTier: nullableText.describe('That is priced.'),
  detail: nullableText.describe('Size and source of images, vector store, context level.'),
  requests: count,
  ...tokenCounts,
  quantity: count.nullable().describe('Of what is not counted in tokens.'),
  unit: nullableText,
  costUsd: nullableText.describe('Exact decimal USD; null where there is no price.'),
  costBasis: z.enum(['exact', 'estimated', 'unpriced']),
  costReason: nullableText.describe('Why the cost is not exact.'),
  priceVersion: z.string().describe('That made the cost: `GET /prices/versions`.'),
});

export const reportedUsageJson = z.object({
  day,
  timeZone: z.string(),
  model: nullableText.describe('That rows are narrowed to, by the name that the book has for it.'),
  ...pageOf(reportedRowJson),
  totals: z
    .object({ rows: count, ...usageSums })
    .describe('Of the day and what is meant of it, not just this page; also of rows that retention has dropped.'),
});
