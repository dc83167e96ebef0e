import { z } from 'zod';
import { auditActionKinds, auditActions, auditActionsOf } from '#domain/audit/audit-actions.js';
import { instantsShape, withInstants } from './read-instants.js';
import { nullableInstant, pageOf, paging } from './schemas.js';

const word = z.string().min(1).max(200);

export const auditFilter = {
  actor: word.optional().describe('Id of a token, person or worker, or the name that it had.'),
  action: z
    .enum([...auditActionKinds, ...Object.keys(auditActions)], { error: ({ input }) => actionFault(input) })
    .optional()
    .describe('Such as `provider-key.delete`, or `provider-key` for all that is done with keys.'),
  subject: word.optional().describe('Id of what it was done to, or its kind, such as `organization`.'),
  ...instantsShape,
};

/** Names the actions that may have been meant: those of the kind that was named, else all kinds. */
function actionFault(given: unknown): string {
  const nearest = auditActionsOf(String(given).split('.')[0] ?? '');
  return nearest.length > 0
    ? `must be one of ${nearest.join(', ')}`
    : `must be an action such as provider-key.delete, or one of ${auditActionKinds.join(', ')}`;
}

export const auditFormats = ['json', 'csv', 'jsonl'] as const;

export const auditQuery = withInstants(
  z.strictObject({
    ...paging({ max: 500, byDefault: 100 }),
    ...auditFilter,
    format: z
      .enum(auditFormats, `must be one of ${auditFormats.join(', ')}`)
      .optional()
      .describe('Else by `Accept`.'),
  }),
);

const details = z.record(z.string(), z.unknown()).nullable();
// Any that the column can hold, as whoever owns the tables can renumber events: it is told, and no fault of ours.
const seq = z.number().meta({ type: 'integer', description: 'From 1, without gaps.' });
const mac = z.string().describe('Hexadecimal. With `seq`, an anchor: kept elsewhere, it shows when the chain was cut.');

const auditEventJson = z.object({
  seq,
  at: nullableInstant.describe(
    'Null where somebody has made it unreadable in the database, which `/audit/verify` tells.',
  ),
  actor: z.object({
    kind: z.enum(['token', 'person', 'worker', 'command', 'system']),
    id: z.string().nullable(),
    name: z.string().describe('As it was called then.'),
    address: z.string().nullable().describe('Where it came from.'),
    requestId: z.string().nullable(),
  }),
  action: z.string(),
  subject: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }),
  before: details.describe('What differs, as it was; nothing secret.'),
  after: details.describe('What differs, as it is since.'),
  mac,
});

export const auditPageJson = z.object(pageOf(auditEventJson));

const auditFaultJson = z.object({ seq, kind: z.enum(['missing', 'altered', 'cut']) });

export const auditVerdictJson = z.object({
  isWhole: z.boolean(),
  anchorsCompared: z
    .int()
    .describe('0, as none is kept here: that the end was cut off shows only beside anchors that were kept elsewhere.'),
  events: z.int().nonnegative().describe('How many were found whole, from the first on.'),
  head: z.object({ seq, mac }).nullable().describe('The last of them.'),
  fault: auditFaultJson.nullable().describe('Where the chain first breaks.'),
  faults: z.array(auditFaultJson).describe('Where it breaks, in order: the first 100.'),
  faultCount: z.int().nonnegative().describe('How many there are in all.'),
});
