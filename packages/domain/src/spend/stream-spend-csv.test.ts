import { expect, test } from 'vitest';
import { streamSpendCsv } from './stream-spend-csv.js';

test('a cost below zero is a number in a spreadsheet, and a name that is a formula is text', async () => {
  const day = '2026-11-16';
  const counts = {
    requests: 0,
    inputTokens: 0,
    inputCachedTokens: 0,
    outputTokens: 0,
    unpricedRequests: 0,
    estimatedRequests: 0,
  };
  const point = { day, group: '=1+1', groupName: '-credit', cost: -2_500_000_000_001n, ...counts };
  const days = [{ day, isKnown: true, isProvisional: false, cost: point.cost, ...counts }];
  const pieces = [];
  for await (const piece of streamSpendCsv({ book: 'billed', zone: 'UTC', days, points: [point], models: null }))
    pieces.push(piece);
  expect(pieces.join('').split('\n')[1]).toBe(`${day},'=1+1,'-credit,-2.500000000001,,,,,,,,billed,UTC,final`);
});
