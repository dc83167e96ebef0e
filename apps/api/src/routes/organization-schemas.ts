import { z } from 'zod';
import { driftKinds } from '#domain/organizations/inventory-drift.js';
import { instant, line, nullableInstant, pageOf, paging, usd } from './schemas.js';

const spendLimit = z.object({
  usd,
  interval: z.string(),
  isEnforcing: z.boolean().describe('Whether OpenAI says that it is enforcing the limit.'),
});
const spendAlert = z.object({ id: z.string(), usd, interval: z.string(), recipients: z.array(z.string()) });

export const organizationJson = z.object({
  id: z.uuid(),
  name: z.string(),
  openaiId: z.string().nullable().describe('What OpenAI calls it; null until it has told.'),
  keyId: z.uuid().describe('The admin key that opens it, or opened it last.'),
  keyLabel: z.string(),
  connected: z.boolean().describe('Its key is stored and active; else only its history is here.'),
  createdAt: instant,
  nextImportAt: nullableInstant.describe('Null while it is not connected.'),
  importing: z.boolean(),
  importStartedAt: nullableInstant,
  importedAt: nullableInstant.describe('When everything recent had last been read to the end.'),
  importError: z
    .object({ at: instant, code: z.string(), message: z.string() })
    .nullable()
    .describe('Of the last import, if it failed.'),
  inventoryAt: nullableInstant.describe('When projects, keys and limits were last listed.'),
  spendLimit: spendLimit.nullable().describe('As set at OpenAI.'),
  spendAlerts: z.array(spendAlert).describe('As set at OpenAI.'),
});

const feedJson = z.object({
  feed: z.string().describe('`costs`, or a kind of usage.'),
  knownFrom: nullableInstant.describe('Everything from here up to `knownTo` was read.'),
  knownTo: nullableInstant,
  backfilled: z.boolean().describe('Nothing of the past is left to be read.'),
  refusedAt: nullableInstant.describe(
    'When OpenAI refused to answer about what is older than `knownFrom`; asked again a day later, or by “Import now”.',
  ),
  rows: z.int(),
  unknownResults: z.int().describe('Results of a kind that this version does not know; kept as they came.'),
  percent: z.int().min(0).max(100),
});

const driftCounts = z.object(
  Object.fromEntries(driftKinds.map((kind) => [kind, z.int()])) as Record<(typeof driftKinds)[number], z.ZodInt>,
);

export const organizationDetailJson = organizationJson.extend({
  progress: z.object({ percent: z.int().min(0).max(100), feeds: z.array(feedJson) }),
  drift: driftCounts,
});

export const organizationPatchBody = z.strictObject({ name: line });

export const driftQuery = z.strictObject({
  ...paging({ max: 200, byDefault: 50 }),
  kind: z.enum(driftKinds, `must be one of ${driftKinds.join(', ')}`).optional(),
  unusedDays: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(3_650, 'must be at most 3650')
    .default(30)
    .describe('How many days without use make a key `unused`.'),
});

const driftItem = z.object({
  kind: z.enum(driftKinds),
  openaiKeyId: z.string(),
  name: z.string(),
  mask: z.string().describe('As OpenAI shows it.'),
  projectId: z.string(),
  projectName: z.string().nullable(),
  ownerName: z.string().nullable(),
  keyId: z.uuid().nullable().describe('The stored key that it is.'),
  keyLabel: z.string().nullable(),
  createdAt: instant,
  lastUsedAt: nullableInstant.describe('Null: never.'),
  expiresAt: nullableInstant,
  goneAt: nullableInstant.describe('When it was first missing at OpenAI.'),
});

export const driftPageJson = z.object({
  ...pageOf(driftItem),
  inventoryAt: nullableInstant,
  counts: driftCounts.describe('Of all pages.'),
});

export const unknownResultJson = z.object({
  id: z.uuid(),
  feed: z.string().describe('`costs`, or a kind of usage.'),
  bucketAt: instant,
  object: z.string().nullable().describe('What OpenAI calls it.'),
  result: z.unknown().describe('As it came: any JSON.'),
});
