import { expect, test } from 'vitest';
import { timeFormatFor } from '../format/format-time.js';
import { auditLines } from './audit-lines.js';

const time = timeFormatFor('Europe/Berlin');
const lines = (before: object | null, after: object | null) =>
  auditLines({ before: before && JSON.stringify(before), after: after && JSON.stringify(after) }, time);

test('what differs is a line each, as it was and as it is, in words and in the tenant’s time', () => {
  expect(
    lines(
      { dailyCapUsd: '0.05', active: true, expiresAt: null, intervalSecs: 60 },
      { dailyCapUsd: '1', active: false, expiresAt: '2026-11-21T08:00:00.000Z', intervalSecs: null },
    ),
  ).toEqual([
    { name: 'Daily cap USD', before: '0.05', after: '1' },
    { name: 'Active', before: 'yes', after: 'no' },
    { name: 'Expires at', before: 'none', after: '21 Nov 2026, 09:00:00' },
    { name: 'Interval secs', before: '60', after: 'none' },
  ]);
});

test('what is the same is said once, and what never was is left out', () => {
  expect(lines({ role: 'viewer', note: null }, { role: 'viewer', note: '', added: [] })).toEqual([
    { name: 'Role', before: null, after: 'viewer' },
  ]);
  expect(lines(null, { added: ['one', 'two'] })).toEqual([{ name: 'Added', before: null, after: 'one · two' }]);
  expect(lines({ label: 'CI' }, null)).toEqual([{ name: 'Label', before: 'CI', after: null }]);
  expect(lines(null, null)).toEqual([]);
});

test('text that somebody put in the place of what was written is shown as it is', () => {
  expect(auditLines({ before: null, after: 'not JSON' }, time)).toEqual([
    { name: 'Text', before: null, after: 'not JSON' },
  ]);
});
