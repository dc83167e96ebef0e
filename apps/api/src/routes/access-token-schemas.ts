import { z } from 'zod';
import { accessRoles } from '#domain/access-tokens/access-role.js';
import { instant, line, nullableInstant } from './schemas.js';

const expiresAt = instant.optional().describe('Default: never.');
const mostOverlapHours = 30 * 24;

export const newAccessTokenBody = z.strictObject({
  name: line.describe('What it is for.'),
  role: z.enum(accessRoles, `must be one of ${accessRoles.join(', ')}`),
  expiresAt,
});

export const rotationBody = z.strictObject({
  overlapHours: z
    .number('must be a number of hours')
    .min(0, 'must be at least 0')
    .max(mostOverlapHours, `must be at most ${mostOverlapHours} (30 days)`)
    .default(24)
    .describe('For how long the old token is good beside the new one.'),
  expiresAt: instant
    .optional()
    .describe('Of the new token. Default: as far from now as the old one’s was from its start.'),
});

export const accessTokenJson = z.object({
  id: z.uuid(),
  name: z.string(),
  role: z.enum(accessRoles),
  createdAt: instant,
  createdBy: z.string().nullable().describe('Null: the program itself.'),
  expiresAt: nullableInstant,
  revokedAt: nullableInstant,
  lastUsedAt: nullableInstant.describe('To the minute.'),
  lastUsedAddress: z.string().nullable(),
  replacesId: z.uuid().nullable().describe('The token whose place it took.'),
});

const shownOnce = z.string().describe('The token itself. It is shown this once and is stored nowhere.');
export const issuedTokenJson = accessTokenJson.extend({ token: shownOnce });
export const rotatedTokenJson = issuedTokenJson.extend({
  replacedEndsAt: instant.describe('When the old token ends.'),
});
