import { expect, test } from 'vitest';
import { startOfHours } from './start-of-hours.js';

test.each([
  ['2026-11-20T12:00:00.000Z', '2026-11-19T13:00:00.000Z'],
  ['2026-11-20T12:59:59.999Z', '2026-11-19T13:00:00.000Z'],
  ['2026-11-20T13:00:00.000Z', '2026-11-19T14:00:00.000Z'],
])('the last 24 hours at %s are those from %s, the running one included', (now, begin) => {
  expect(startOfHours(new Date(now), 24)).toEqual(new Date(begin));
});
