import { z } from 'zod';
import { ratedBooks } from '#domain/prices/affected-usage.js';
import { overrideFaults } from '#domain/prices/override-faults.js';
import { priceKinds } from '#pricing/price-scale.js';
import { priceTiers } from '#pricing/price-sheet.js';
import { addRule } from './add-rule.js';
import { instant, line, nullableInstant } from './schemas.js';

const overrideFields = z.strictObject({
  model: z.string().describe('A model or alias of the book, a model of your own, or `*` for a discount on every one.'),
  tier: z
    .string()
    .nullish()
    .describe(`One of ${priceTiers.join(', ')}; none: every tier.`),
  context: z.string().nullish().describe('`short` or `long`; none: both.'),
  kind: z
    .string()
    .nullish()
    .describe(`One of ${priceKinds.join(', ')}; none, for a discount: every kind.`),
  variant: z.string().nullish().describe('Quality and size of an image; none: every one.'),
  usdPerUnit: z.string().nullish().describe('Exact decimal USD for one token, call, … This, or `percentOff`.'),
  percentOff: z.string().nullish().describe('Off the book’s price, at most 100; less than zero is on top.'),
  from: z.string().nullish().describe('First UTC day; none: since always.'),
  to: z.string().nullish().describe('First UTC day no longer; none: until further notice.'),
  note: line.or(z.literal('')).optional(),
});

const newOverride = addRule(overrideFields, overrideFields.keyof().options, overrideFaults);

const ids = (text: string) => z.array(z.uuid().toLowerCase()).max(5_000).optional().describe(text);

export const priceChangeBody = z.strictObject({
  add: z.array(newOverride).max(1_000).optional(),
  csv: z
    .string()
    .max(1_000_000)
    .optional()
    .describe(
      'Prices to add, with the columns of `GET /prices?format=csv`. A line that says what holds is passed over.',
    ),
  remove: ids('Ids of your own prices.'),
  restore: ids('Ids of your own prices that were removed.'),
  preview: z.boolean().optional().describe('True: answer what would change, and change nothing.'),
});

/** A megabyte of CSV, and its quotation as JSON. */
export const priceChangeLimitBytes = 2 * 1024 * 1024;

export const overrideJson = z.object({
  id: z.uuid(),
  model: z.string(),
  tier: z.string().nullable().describe('Null: every one; so with context, kind and variant.'),
  context: z.string().nullable(),
  kind: z.string().nullable(),
  variant: z.string().nullable(),
  usdPerUnit: z.string().nullable(),
  percentOff: z.string().nullable(),
  from: z.iso.date().nullable(),
  to: z.iso.date().nullable(),
  note: z.string(),
  createdAt: instant,
  createdBy: z.string().describe('Who made it, as they were called then.'),
});

export const overridesJson = z.object({ version: z.string(), items: z.array(overrideJson) });

const effectJson = z.object({
  book: z.enum(ratedBooks),
  model: z.string(),
  records: z.int(),
  requests: z.int(),
  costBeforeUsd: z.string().nullable().describe('Of what has a price; null where nothing has.'),
  costAfterUsd: z.string().nullable(),
  unpricedRequestsBefore: z.int(),
  unpricedRequestsAfter: z.int(),
  unpricedKindsAfter: z.array(z.enum(priceKinds)).describe('What was used and would have no price.'),
});

export const priceChangeJson = z.object({
  preview: z.boolean(),
  versionBefore: z.string(),
  versionAfter: z.string(),
  notices: z
    .array(z.string())
    .describe(
      'What is stored as asked, and may be a mistake: a model that nothing names. That past usage is being rated again, so ' +
        'that costs before may be former ones.',
    ),
  changedPrices: z.int().describe('Prices of the book that differ, each over a span of days.'),
  unchangedLines: z.int().describe('Lines of the CSV that say what holds already.'),
  added: z.array(overrideJson),
  removed: z.array(overrideJson),
  usage: z.object({
    isComplete: z.boolean().describe('False: more than the newest 200,000 records of a book would be concerned.'),
    models: z
      .array(effectJson)
      .describe('What past usage would cost, or will once it is rated again; greatest change first.'),
  }),
  reRatingId: z.uuid().nullable().describe('Of the re-rating that was begun; see `GET /prices/re-ratings`.'),
});

const reRatingJson = z.object({
  id: z.uuid(),
  requestedAt: instant,
  requestedBy: z.string(),
  toVersion: z.string(),
  from: nullableInstant.describe('Usage from here on; null: all.'),
  to: nullableInstant,
  models: z.array(z.string()).nullable().describe('Null: all.'),
  recordsRated: z.int(),
  recordsChanged: z.int(),
  costBeforeUsd: z
    .string()
    .nullable()
    .describe(
      'Of the records whose cost changed, whichever book they are in, as far as they had a price; null: none had.',
    ),
  costAfterUsd: z.string().nullable(),
  recordsUnpricedBefore: z.int().describe('Of those that changed, how many had no price.'),
  recordsUnpricedAfter: z.int(),
  ratedUpTo: nullableInstant.describe('Where its present walk over a book has come to.'),
  finishedAt: nullableInstant,
});

export const reRatingsJson = z.object({ items: z.array(reRatingJson) });
export const reRatingRequestedJson = z.object({
  id: z.uuid().describe('See `GET /prices/re-ratings`, which says how far it is and what it changed.'),
  notices: z.array(z.string()).describe('What it cannot change yet, and what to do first.'),
});

export const priceVersionsJson = z.object({
  items: z.array(
    z.object({
      version: z.string(),
      base: z.string().describe('The version of the shipped book.'),
      overrides: z.array(z.unknown()),
      madeAt: instant,
    }),
  ),
});

export const unpricedJson = z.object({
  days: z.int(),
  items: z.array(
    z.object({
      book: z.enum(ratedBooks),
      model: z.string().describe('As reported; empty where none is named.'),
      kind: z.string().describe('`probe` or `event`; of reported usage its endpoint.'),
      unpricedRequests: z.int(),
      firstSeenOn: z.string().describe('A UTC day.'),
      lastSeenOn: z.string().describe('A UTC day.'),
    }),
  ),
});
