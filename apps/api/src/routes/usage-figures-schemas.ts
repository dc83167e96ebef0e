import { z } from 'zod';
import { bookGroups, books, calendars } from '#domain/books/book.js';
import { spendRanges } from '#domain/spend/spend-range.js';
import { rangeShape, withRange } from './read-range.js';
import { count, nullableInstant, usd } from './schemas.js';
import { day } from './days.js';

const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, `must be one of ${values.join(', ')}`);

/** What stands for “has none”, as in `project=(none)`. */
const none = '(none)';

const id = z
  .string()
  .min(1)
  .max(200)
  .transform((text) => (text === none ? '' : text))
  .optional();

const limit = z.coerce.number('must be a number').int('must be a whole number').min(1, 'must be at least 1');

/** Which figures: shared by the JSON and the page. */
export const figuresShape = {
  calendar: oneOf(calendars)
    .optional()
    .describe(
      'Whose days: `tenant`, of its reporting time zone, or `utc`. Bills are by UTC day in either. Default: `tenant`.',
    ),
  book: oneOf(books).optional().describe('Default: `billed` where OpenAI’s bills are imported, else `measured`.'),
  organization: z.uuid('must be the id of an organization').toLowerCase().optional(),
  project: id.describe('OpenAI’s id, or `(none)`.'),
  key: id.describe('Of the measured book, the id of a stored key; else OpenAI’s id of a key; or `(none)`.'),
  model: id.describe('As usage names it; another name of the same model finds it where that is sure.'),
  tier: id,
  kind: id.describe('`probe` or `event`; the usage endpoint; or the line item of a bill.'),
};

const mostGroups = limit.max(200, 'must be at most 200').default(20);
const named = 'How many groups to name, dearest first; the rest is exact in `others`.';
const groups = {
  by: oneOf(bookGroups).default('none').describe('What figures are told apart by.'),
  limit: mostGroups.describe(named),
};

/** Days × groups in one answer. */
export const mostPoints = 2_000;
const groupsOfDays = {
  ...groups,
  limit: mostGroups.describe(`${named} Fewer where there are many days: days × groups are at most ${mostPoints}.`),
};

export const dailyQuery = withRange(z.strictObject({ ...figuresShape, ...groupsOfDays, ...rangeShape }));
export const monthlyQuery = z.strictObject({
  ...figuresShape,
  ...groups,
  months: limit.max(13, 'must be at most 13').default(12).describe('How many, this one included.'),
});
export const summaryQuery = withRange(z.strictObject({ ...figuresShape, ...groups, ...rangeShape }));
export const timeseriesQuery = withRange(
  z.strictObject({
    ...figuresShape,
    ...groupsOfDays,
    ...rangeShape,
    interval: oneOf(['day']).default('day'),
    metric: oneOf(['cost', 'requests', 'inputTokens', 'outputTokens']).default('cost'),
  }),
);
export const dashboardQuery = z.strictObject({ book: figuresShape.book });

const unknownToBills = count.nullable().describe('Null in the billed book, which has money alone.');
const moneyOrUnknown = z.string().nullable().describe('Exact decimal USD of what has a price; null when not known.');

const sums = {
  costUsd: moneyOrUnknown,
  requests: unknownToBills,
  inputTokens: unknownToBills,
  inputCachedTokens: unknownToBills,
  outputTokens: unknownToBills,
  unpricedRequests: count.describe('Requests without a price, whose cost is in no sum.'),
  estimatedRequests: count.describe('Requests whose cost is an estimate.'),
};

const group = z.object({ id: z.string().nullable().describe('Null for what has none.'), name: z.string(), ...sums });
const others = z.object({ count: count.describe('Groups.'), ...sums }).nullable();
const grouped = { groups: z.array(group), others };

const head = {
  book: z.enum(books),
  calendar: z.enum(calendars).describe('Whose days these are: of bills always `utc`, of the other books as asked for.'),
  timeZone: z.string().describe('In which the days are cut.'),
  asOf: nullableInstant.describe('Up to when the book is whole: of an imported one, its last import.'),
};
const range = { from: day, to: day };
const narrowed = {
  model: z
    .string()
    .nullable()
    .describe(
      'That figures are narrowed to, by the name that the book has for it; null: to none, `""`: to what has none.',
    ),
};
const state = {
  isKnown: z.boolean().describe('False where the book does not reach; the sums are then null, not 0.'),
  isProvisional: z.boolean().describe('May still change.'),
};

export const dailyJson = z.object({
  ...head,
  ...narrowed,
  ...range,
  by: z.enum(bookGroups),
  days: z.array(z.object({ day, ...state, ...sums, ...grouped })),
  totals: z.object(sums),
});

const month = z.object({ month: z.string(), ...range, ...state, ...sums });

export const monthlyJson = z.object({
  ...head,
  ...narrowed,
  by: z.enum(bookGroups),
  months: z.array(month.extend(grouped)),
  totals: z.object(sums),
});

const before = z
  .object({ ...range, ...sums })
  .nullable()
  .describe('The period before, as long as what is known of this one; null when the book does not know all of it.');

export const summaryJson = z.object({
  ...head,
  ...narrowed,
  range: z.enum(spendRanges),
  ...range,
  by: z.enum(bookGroups),
  totals: z.object(sums),
  before,
  unknownDays: count,
  provisionalDays: count,
  ...grouped,
});

const standing = z.object({
  book: z.enum(books),
  limitUsd: z.string().nullable(),
  spentUsd: z
    .string()
    .nullable()
    .describe('Of what has a price; null while nothing has, or the book does not know of the period.'),
  remainingUsd: z
    .string()
    .nullable()
    .describe('0 when nothing is left; null without a limit, or while nothing is known.'),
  overUsd: z.string().nullable().describe('How far beyond the limit.'),
});

export const usageDashboardJson = z.object({
  ...head,
  today: z.object({
    book: z.enum(books),
    timeZone: z.string().describe('In which today is cut: the tenant’s, also where the month is by UTC day.'),
    asOf: nullableInstant,
    day,
    ...sums,
  }),
  thisMonth: z.object({ ...range, ...sums, before }),
  history: z.array(month).describe('Twelve months, this one included.'),
  limits: z.object({ daily: standing, monthly: standing }).describe('The tenant’s own; nothing is stopped by them.'),
  organizations: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      importedAt: nullableInstant,
      spendLimit: z
        .object({ usd: z.string(), interval: z.string(), isEnforcing: z.boolean() })
        .nullable()
        .describe('As set at OpenAI.'),
    }),
  ),
});

export const timeseriesJson = z.object({
  ...head,
  ...narrowed,
  ...range,
  by: z.enum(bookGroups),
  interval: z.enum(['day']),
  metric: timeseriesQuery.shape.metric.unwrap(),
  series: z.array(
    z.object({
      id: z.string().nullable(),
      name: z.string(),
      points: z.array(
        z.object({
          t: day,
          value: z.union([z.string(), count]).nullable().describe('USD as a string, or a count; null: not known.'),
          isProvisional: z.boolean(),
        }),
      ),
    }),
  ),
});

const spendLimit = usd
  .refine((text) => /[1-9]/.test(text), 'must be more than 0; null takes the limit away')
  .nullable()
  .optional()
  .describe('Null takes the limit away; what is left out stays.');

export const limitsBody = z.strictObject({ dailyUsd: spendLimit, monthlyUsd: spendLimit });
export const limitsJson = z.object({ dailyUsd: z.string().nullable(), monthlyUsd: z.string().nullable() });
