import { z } from 'zod';
import { fewestKeptDays, mostKeptDays } from '#domain/retention/kept-days.js';
import { isTimeZone, notATimeZone } from '#domain/tenants/is-time-zone.js';
import { slugPattern } from '#domain/tenants/tenant.js';
import { instant, line, nullableInstant } from './schemas.js';

const slug = z
  .string('is required')
  .regex(slugPattern, 'must be 1 to 63 lower-case letters, digits and hyphens')
  .describe('Names the tenant in `X-Tenant`. Never changes.');
const reportingTimeZone = z
  .string()
  .max(100, 'must be an IANA name')
  .refine(isTimeZone, notATimeZone)
  .describe('IANA name; days in reports are cut in it.');

export const newTenantBody = z.strictObject({ slug, name: line, reportingTimeZone: reportingTimeZone.optional() });

export const tenantPatchBody = z
  .strictObject({ name: line.optional(), reportingTimeZone: reportingTimeZone.optional() })
  .refine((patch) => Object.keys(patch).length > 0, 'name at least one thing to change');

export const retentionBody = z.strictObject({
  recordDays: z
    .int()
    .min(fewestKeptDays, `must be at least ${fewestKeptDays}, as events are accepted that far back`)
    .max(mostKeptDays)
    .nullable()
    .describe('For how many days single records are kept; null: as in the installation.'),
});

export const retentionJson = z.object({
  recordDays: z.int().nullable().describe('For how many days single records are kept; null: as in the installation.'),
  installationDays: z
    .int()
    .nullable()
    .describe('Months that ended longer ago are dropped in the whole installation; null: none is.'),
});

export const suspensionBody = z.strictObject({
  reason: line.describe('Told to whoever is refused for it.'),
});

export const deletionQuery = z.strictObject({
  confirm: z.string().max(100).optional().describe('The tenant’s slug.'),
});

export const tenantsQueryFields = {
  q: z.string().max(200).optional().describe('Part of a slug or a name.'),
};

export const ownTenantJson = z.object({
  id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  reportingTimeZone: z.string(),
  status: z.enum(['active', 'suspended', 'deleted']),
});

export const tenantJson = ownTenantJson.extend({
  createdAt: instant,
  suspendedAt: nullableInstant,
  suspendedReason: z.string().nullable(),
  deletedAt: nullableInstant,
  recordRetentionDays: z
    .int()
    .nullable()
    .describe('For how many days it keeps single records; null: as in the installation.'),
  purgeAt: nullableInstant.describe('Until then a deleted tenant can be restored; then all of it goes.'),
});

export const listedTenantJson = tenantJson.extend({
  keys: z.int().describe('Keys that are stored.'),
  tokens: z.int().describe('Access tokens that are good.'),
});
