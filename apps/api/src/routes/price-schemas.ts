import { z } from 'zod';
import { priceKinds } from '#pricing/price-scale.js';
import { priceTiers } from '#pricing/price-sheet.js';
import { pageOf, paging } from './schemas.js';

export const priceQuery = z.strictObject({
  ...paging({ max: 1_000, byDefault: 200 }),
  model: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('A name as OpenAI reports it: an alias or a dated snapshot finds the model whose prices hold.'),
  tier: z.enum(priceTiers, `must be one of ${priceTiers.join(', ')}`).optional(),
  kind: z.enum(priceKinds, `must be one of ${priceKinds.join(', ')}`).optional(),
  at: z.iso
    .date('must be a day such as 2026-11-20')
    .optional()
    .describe('Prices in force on this UTC day, as that is the day they change on. Default: today.'),
  all: z.enum(['true', 'false'], 'must be true or false').optional().describe('With `true`: past and future ones too.'),
  format: z.enum(['json', 'csv'], 'must be json or csv').optional().describe('Else by `Accept`.'),
});

const nullableDay = z.iso.date().nullable();

const confidence = z.enum(['high', 'reported', 'derived', 'low']);

const priceJson = z.object({
  model: z.string(),
  aliases: z
    .array(z.string())
    .describe('Other names at the same prices. Dated snapshots have them too, unless listed.'),
  tier: z.enum(priceTiers).describe('The one that served the request.'),
  context: z.enum(['short', 'long']).describe('`long`: whole requests of more than 272,000 input tokens.'),
  kind: z.enum(priceKinds),
  variant: z.string().nullable().describe('Quality and size of an image.'),
  unit: z.string(),
  usdPerUnit: z.string().describe('Exact decimal USD.'),
  usdPer: z
    .object({ usd: z.string(), units: z.int().positive(), label: z.string() })
    .describe('The same price as people write it, such as 2.5 per “1M tokens”.'),
  effectiveFrom: nullableDay.describe('First UTC day; null: since always.'),
  effectiveTo: nullableDay.describe('First UTC day no longer; null: until further notice.'),
  source: z.string().describe('Where it was read, and of when that is.'),
  confidence,
  isPromotional: z.boolean().describe('Announced as holding for a while only.'),
  regionalUplift: z
    .object({
      percent: z.string().describe('Of this price, and on top of it.'),
      effectiveFrom: nullableDay,
      effectiveTo: nullableDay,
      source: z.string(),
      confidence,
    })
    .nullable()
    .describe('What OpenAI adds where a project’s residency is processing in a region. Null: nothing.'),
  isOwn: z.boolean().describe('Your own price, or your discount on the book’s; `GET /prices/overrides` lists them.'),
});

export const pricePageJson = z.object({
  version: z.string().describe('Of the price book. Each stored cost names the one it came from, as `priceVersion`.'),
  at: nullableDay.describe('The day that the prices are in force on; null with `all=true`.'),
  ...pageOf(priceJson),
});
