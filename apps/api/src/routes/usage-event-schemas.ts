import { z } from 'zod';
import type { Clock } from '#core/clock.js';
import { isAcceptedTime, notAnAcceptedTime } from '#domain/usage-events/is-accepted-time.js';
import { notAnEventUsage, readEventUsage } from '#domain/usage-events/read-event-usage.js';
import { count } from './schemas.js';

const mostEvents = 1_000;
/** Twice what a thousand events with all their fields and a few tags have. */
export const eventsBodyLimitBytes = 2 * 1024 * 1024;

const mostTags = 20;

// Postgres stores no NUL and no half of a surrogate pair, and nobody means to send any other control character.
const unfit = /[\p{Cc}\p{Cs}]/u;
const isText = (value: unknown, { max }: { max: number }) =>
  typeof value === 'string' && value.length >= 1 && value.length <= max && !unfit.test(value);

const text = (max: number) =>
  z
    .string('must be text')
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine((value) => !unfit.test(value), 'must not hold control characters');

// One test of the whole, as the fault of a single tag would be named after it, and a name could be a pasted secret.
const tags = z
  .custom<Record<string, string>>(
    (value) => isObject(value) && Object.keys(value).length <= mostTags && Object.entries(value).every(isTag),
    `must be at most ${mostTags} names of 1 to 64 characters, each with a text of 1 to 256`,
  )
  .meta({ type: 'object', maxProperties: mostTags, additionalProperties: { type: 'string' } });

function isTag([name, value]: [string, unknown]): boolean {
  // An object takes that name for something else, and would lose it.
  return name !== '__proto__' && isText(name, { max: 64 }) && isText(value, { max: 256 });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const eventAt = (clock: Clock) =>
  z.strictObject({
    idempotencyKey: text(200).describe(
      'Unique in the tenant; the same key again is the same event, whatever else it says.',
    ),
    model: text(200).describe('As the answer names it.'),
    usage: z
      .custom<object>(isObject, notAnEventUsage)
      .meta({ type: 'object' })
      .transform((object, context) => {
        const reading = readEventUsage(object);
        if (reading === null) context.addIssue(notAnEventUsage);
        return reading ?? z.NEVER;
      })
      .describe(
        'As the answer of OpenAI has it: of a chat completion, a response, an embedding, an image, a realtime session or a ' +
          'transcription by tokens.',
      ),
    serviceTier: text(64).nullish().describe('As the answer names it. Default `default`.'),
    occurredAt: z.iso
      .datetime({ offset: true, error: 'must be an instant such as 2026-11-20T09:30:00Z' })
      .transform((instant) => new Date(instant))
      .refine((occurredAt) => isAcceptedTime(occurredAt, clock.now()), notAnAcceptedTime)
      .nullish()
      .describe('Default now. At most 35 days ago and 5 minutes ahead.'),
    keyId: z.uuid('must be the id of a stored key').toLowerCase().nullish().describe('A stored key, or a deleted one.'),
    endUser: text(200).nullish().describe('For whom the call was made.'),
    tags: tags.nullish(),
    requestId: text(200).nullish().describe('OpenAI’s.'),
  });

/** A single event is a list of one, and its faults are named so. */
export const eventsBody = (clock: Clock) =>
  z.preprocess(
    (body) => (isObject(body) && 'events' in body ? body : { events: [body] }),
    z.strictObject({
      events: z
        .array(eventAt(clock), 'must be a list')
        .min(1, 'must hold an event')
        .max(mostEvents, `must hold at most ${mostEvents}`),
    }),
  );

export const eventsReceiptJson = z.object({
  accepted: count.describe('Recorded now.'),
  duplicates: count.describe('Recorded before, or earlier in the same list.'),
  unpriced: count.describe('Of the accepted: without a known price.'),
  events: z
    .array(
      z.object({
        idempotencyKey: z.string(),
        status: z.enum(['recorded', 'duplicate']),
        costUsd: z.string().nullable().describe('Of what is recorded under this key; null when it has no known price.'),
        costBasis: z
          .enum(['exact', 'estimated', 'unpriced'])
          .nullable()
          .describe('Null when the record is gone by now.'),
      }),
    )
    .describe('In the order they were sent.'),
});
