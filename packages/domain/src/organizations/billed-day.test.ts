import { expect, test } from 'vitest';
import { isProvisional } from './billed-day.js';

test.each([
  [null, true],
  ['2026-11-10T12:00:00Z', true],
  ['2026-11-13T23:59:59.999Z', true],
  ['2026-11-14T00:00:00Z', false],
  ['2027-01-01T00:00:00Z', false],
])('a day that was read at %s: provisional is %s', (readAt, expected) => {
  expect(isProvisional('2026-11-10', readAt === null ? null : new Date(readAt))).toBe(expected);
});
