import { expect, test } from 'vitest';
import { focusColumns } from './focus-columns.js';
import type { FocusLine } from './list-focus-lines.js';

const line: FocusLine = {
  day: '2026-11-03',
  organizationId: 'o',
  openaiId: null,
  organizationName: 'ACME',
  projectId: '',
  projectName: null,
  residency: null,
  apiKeyId: '',
  keyName: null,
  lineItem: 'Web search tool calls',
  quantityUnit: '',
  model: '',
  billed: 1n,
  quantity: null,
  readAt: null,
  reported: null,
  measured: null,
};
const unitsOf = (given: Partial<FocusLine>) =>
  ['ConsumedUnit', 'PricingUnit'].map((column) => focusColumns[column]?.({ ...line, ...given }));

test('every quantity has a unit, calls as well, and nothing else has one', () => {
  expect(unitsOf({ quantity: 3_000_000_000_000n })).toEqual(['Count', 'Count']);
  expect(unitsOf({ quantity: 0n })).toEqual(['Count', 'Count']);
  expect(unitsOf({ quantity: 1n, quantityUnit: 'tokens' })).toEqual(['tokens', 'tokens']);
  expect(unitsOf({ quantityUnit: 'tokens' })).toEqual([null, null]);
});

test.each([
  ['EU_STORAGE_PROCESSING', 'EU'],
  ['JP_STORAGE', null],
  ['GLOBAL', null],
  ['MARS_PROCESSING', null],
  [null, null],
])('what a project of residency %s was billed has the region %s', (residency, region) => {
  const regions = ['RegionId', 'RegionName'].map((column) => focusColumns[column]?.({ ...line, residency }));
  expect(regions).toEqual([region, region]);
});
