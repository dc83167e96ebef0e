import { expect, test } from 'vitest';
import { z } from 'zod';
import { sayFault } from './say-fault.js';

const say = (schema: z.ZodType, input: unknown) =>
  schema.safeParse(input, { error: sayFault }).error?.issues.map(({ message }) => message);

test.each([
  [z.iso.date(), '20.11.2026', 'must be a day such as 2026-11-20'],
  [z.iso.datetime(), 'now', 'must be an instant such as 2026-11-20T09:30:00Z'],
  [z.uuid(), '1', 'must be an id such as 0193b0a0-7c5e-7d2a-9f41-3a5e6c7d8e9f'],
  [z.string().regex(/a/), 'b', 'is not written as it has to be'],
  [z.string(), 1, 'must be a text, between quotation marks'],
  [z.string(), undefined, 'is required'],
  [z.enum(['a', 'b']), undefined, 'is required'],
  [z.enum(['a', 'b']), 'c', 'must be one of a, b'],
  [z.literal('reset'), 'c', 'must be reset'],
  [z.boolean(), 'yes', 'must be true or false'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.number().min(1), 0, 'must be at least 1'],
  [z.string().min(1), '', 'must not be empty'],
  [z.string().max(1), 'ab', 'must have at most 1 character'],
  [z.array(z.string()).max(2), ['a', 'b', 'c'], 'must have at most 2 items'],
  [z.union([z.int(), z.boolean()]), 'x', 'is none of the forms that it can have'],
])('a fault says what to write: %#', (schema, input, words) => {
  expect(say(schema, input)).toEqual([words]);
});

test('what a schema says itself is kept', () => {
  expect(say(z.string('must be a name').max(1, 'is too long'), 'ab')).toEqual(['is too long']);
});
