import { z } from 'zod';
import { ledgerKinds } from '#domain/ledger/ledger-entry.js';
import { addRule } from './add-rule.js';
import { illFormed, instant, isWellFormed, line, nullableInstant, pageOf, paging } from './schemas.js';
import { day, dayOrInstant } from './days.js';

const organization = z
  .uuid('must be the id of an organization')
  .optional()
  .describe('Id of an organization. Can be left out where the tenant has just one.');

// Below a thousand million, so that no sum of them is more than a column of money can hold.
const signedUsd = z
  .string()
  .regex(/^-?\d{1,9}(\.\d{1,12})?$/, 'must be an amount of USD such as 42.93 or -0.50, less than 1,000,000,000');
const positiveUsd = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,12})?$/, 'must be an amount of USD such as 25.00, less than 1,000,000,000')
  .refine((text) => /[1-9]/.test(text), 'must be more than 0');
const note = line.or(z.literal('')).default('');
const idempotencyKey = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\0]*$/, 'must have no NUL')
  .refine(isWellFormed, illFormed)
  .optional()
  .describe('Unique in the organization’s ledger. The same again is answered with the entry that is there.');

export const ledgerQuery = z.strictObject({
  ...paging({ max: 500, byDefault: 100 }),
  organization,
  format: z.enum(['json', 'csv'], 'must be json or csv').optional().describe('Else by `Accept`.'),
});
export const balanceQuery = z.strictObject({ organization });

export const depositBody = z.strictObject({
  organization,
  amountUsd: positiveUsd.describe('Credit that was bought, in decimal USD.'),
  at: dayOrInstant
    .optional()
    .describe(
      'When it was paid: an instant, or a day, of which its beginning in UTC is meant. Default, and today: now.',
    ),
  lastDay: day.optional().describe('The last UTC day on which it can be spent. Default: the same day a year later.'),
  note,
  idempotencyKey,
});

export const syncBody = z.strictObject({
  organization,
  statedUsd: signedUsd.describe('The credit balance that OpenAI shows now.'),
  reason: note.describe('Why it differs from ours, for those who read it later.'),
  idempotencyKey,
});

export const correctionBody = addRule(
  z.strictObject({
    organization,
    amountUsd: signedUsd.refine((text) => /[1-9]/.test(text), 'must not be 0').optional(),
    undoId: z
      .uuid('must be the id of an entry')
      .optional()
      .describe('Id of a deposit, sync or correction that is to count no more.'),
    reason: line,
    idempotencyKey,
  }),
  ['amountUsd', 'undoId'],
  ({ amountUsd, undoId }) => ({
    amountUsd: (amountUsd === undefined) === (undoId === undefined) ? 'give either this or undoId' : null,
  }),
);

const money = z.string().describe('Exact decimal USD.');
const nullableMoney = z.string().nullable();

export const ledgerEntryJson = z.object({
  id: z.uuid(),
  organizationId: z.uuid(),
  kind: z.enum(ledgerKinds),
  at: instant.describe('When it took effect; of spend, the end of the billed day.'),
  amountUsd: money.describe('What it adds; less than zero takes away. Of a sync: what was stated less what we had.'),
  billedOn: day.nullable().describe('Of spend: the UTC day.'),
  statedUsd: nullableMoney.describe('Of a sync: what OpenAI showed.'),
  computedUsd: nullableMoney.describe('Of a sync: the balance as we had it; null for the first of a ledger.'),
  estimatedUsd: nullableMoney.describe('Of a sync: what its own UTC day had cost by then, as it was valued then.'),
  expiresAt: nullableInstant.describe('Of a deposit: from then on the rest of it is lost.'),
  aboutId: z.uuid().nullable().describe('Of an expiry: the deposit. Of a correction: the entry that it undoes.'),
  reason: z.string(),
  createdAt: instant,
  createdBy: z.string().describe('Who made it, as they were called then; or `keyledger`.'),
});

const listedEntryJson = ledgerEntryJson.extend({
  isUndone: z.boolean(),
  isRevision: z.boolean().describe('Of spend: what the day’s bill changed by later.'),
  bill: z
    .object({ amountUsd: money, readAt: instant, isProvisional: z.boolean() })
    .nullable()
    .describe('Of spend: the day’s whole bill as it is now.'),
  dayEndBalanceUsd: nullableMoney.describe(
    'The balance at the end of its UTC day, by all that is known today. Null before the ledger’s beginning.',
  ),
});

export const ledgerPageJson = z.object({ organizationId: z.uuid(), ...pageOf(listedEntryJson) });

const burnRateJson = z
  .object({
    usdPerDay: money,
    days: z.int().positive().describe('How many days it is the mean of.'),
    estimatedDays: z
      .int()
      .nonnegative()
      .describe('How many of those have no settled bill: usage tells what they cost.'),
  })
  .nullable();
const guessOf = <Value extends z.ZodType>(value: Value) => z.object({ low: value, expected: value, high: value });

export const balanceJson = z.object({
  organizationId: z.uuid(),
  balanceUsd: nullableMoney.describe('Exact decimal USD; null while nothing was entered: unknown, not 0.'),
  isAtMost: z.boolean().describe('Something that was spent is missing from it; `reasons` says why.'),
  reasons: z.array(
    z.enum(['nothing-entered', 'unpriced-requests', 'not-imported-lately', 'too-little-history', 'no-spend']),
  ),
  lastSync: z
    .object({ id: z.uuid(), at: instant, statedUsd: money })
    .nullable()
    .describe('What the balance starts from; null: from the first deposit, as if nothing had been there before.'),
  since: z
    .object({
      depositsUsd: money,
      correctionsUsd: money,
      expiredUsd: money,
      billedUsd: money,
      estimatedUsd: money.describe('Of today, and of days whose bill is not settled.'),
    })
    .nullable()
    .describe('`lastSync + deposits + corrections − expired − billed − estimated` is the balance.'),
  todayUsd: money
    .nullable()
    .describe(
      'What today has cost so far, as far as it has a price, an estimate; null: nothing of it was imported, or none of ' +
        'it has a price.',
    ),
  todayUnpricedRequests: z.int().nonnegative().describe('Requests of today without a price, whose cost is in no sum.'),
  estimatedFromDay: day.describe('The UTC day after the last whose bill is settled.'),
  unpricedRequests: z
    .int()
    .nonnegative()
    .describe('Requests without a price of all days whose bill is not settled, from that of the last sync on.'),
  age: z.object({
    costsReadAt: nullableInstant.describe('When OpenAI’s costs were last read.'),
    importedAt: nullableInstant.describe('When everything recent was last imported.'),
  }),
  burnRate7: burnRateJson,
  burnRate30: burnRateJson,
  daysToZero: guessOf(z.number().nonnegative().nullable().describe('Null: not within a year.'))
    .nullable()
    .describe('A guess; it falls between `low` and `high` four times out of five. Null when nothing can be said.'),
  zeroOn: guessOf(day.nullable()).nullable(),
  syncs: z
    .array(
      z.object({
        id: z.uuid(),
        at: instant,
        statedUsd: nullableMoney,
        computedUsd: nullableMoney,
        differenceUsd: nullableMoney,
        explainedUsd: nullableMoney.describe('What of it later bills and entries have explained.'),
        unexplainedUsd: nullableMoney,
        reason: z.string(),
        isUndone: z.boolean(),
      }),
    )
    .describe('The last syncs, newest first: how far we were off.'),
});
