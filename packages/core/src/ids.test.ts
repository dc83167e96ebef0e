import { expect, test } from 'vitest';
import { idMadeAt, isId, newId } from './ids.js';

test('ids made one after another sort in that order', () => {
  const ids = Array.from({ length: 1000 }, () => newId());
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every(isId)).toBe(true);
});

test('an id made for an instant holds that instant', () => {
  const at = new Date('2026-02-03T04:05:06.789Z');
  const ids = Array.from({ length: 100 }, () => newId(at));
  expect(ids.map(idMadeAt)).toEqual(ids.map(() => at));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every(isId)).toBe(true);
});

test.each([
  '',
  'x',
  '0193',
  '01935b2e-7c00-7abc-8def-0123456789a',
  '01935b2e-7c00-7abc-8def-0123456789ab ',
  "1' OR '1'='1",
])('%j is no id', (text) => {
  expect(isId(text)).toBe(false);
});
