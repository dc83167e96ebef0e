import { expect, test } from 'vitest';
import { formatUsd } from '#core/money.js';
import { expectedProbeUsage } from '#openai/model-parameters.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { costOf } from '#pricing/cost-of.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import { expectedDailyProbeCost, expectedProbeCost, probeCostUnderCap } from './expected-probe-cost.js';
import { probeModeWithinCap } from './probe-mode-within-cap.js';
import { whyOnlyListed } from './why-only-listed.js';

const priceBook = buildPriceBook(openAiPriceSheet);
const at = new Date('2026-11-20T12:00:00Z');
const key = { kind: 'project', mode: 'completion', model: 'gpt-4o-mini', at } as const;

test('a probe is expected to cost its tokens at their price', () => {
  // gpt-4o-mini: $0.15 and $0.60 per million tokens; twelve are sent and one is asked for.
  expect(expectedProbeUsage('gpt-4o-mini')).toMatchObject({ inputUncachedTokens: 12, outputTokens: 1 });
  expect(expectedProbeCost({ priceBook }, key)).toBe(12n * 150_000n + 600_000n);
});

test('a day is expected to cost its number of probes, a started one in full', () => {
  const perDay = (intervalSecs: number) => expectedDailyProbeCost({ priceBook }, { ...key, intervalSecs });
  expect([300, 86_399, 86_400, 86_401].map(perDay)).toEqual([691_200_000n, 4_800_000n, 2_400_000n, 2_400_000n]);
});

test('probes that run no model are free', () => {
  expect(expectedProbeCost({ priceBook }, { ...key, mode: 'models' })).toBe(0n);
  expect(expectedProbeCost({ priceBook }, { ...key, mode: 'off' })).toBe(0n);
  expect(expectedProbeCost({ priceBook }, { ...key, kind: 'admin' })).toBe(0n);
  expect(expectedDailyProbeCost({ priceBook }, { ...key, mode: 'models', intervalSecs: 10 })).toBe(0n);
});

test('a model without a price is expected to cost something unknown, not nothing', () => {
  const unpriced = { ...key, model: 'nobody-knows-1' };
  expect(expectedProbeCost({ priceBook }, unpriced)).toBeNull();
  expect(expectedDailyProbeCost({ priceBook }, { ...unpriced, intervalSecs: 300 })).toBeNull();
});

test('under the cap, a model without a price counts as much as the dearest one', () => {
  const assumed = probeCostUnderCap({ priceBook }, { ...key, model: 'nobody-knows-1' });
  const usage = expectedProbeUsage('nobody-knows-1');
  const models = [...new Set(priceBook.rows.map(({ model }) => model))];
  const costs = models.map((model) => costOf(priceBook, { model, serviceTier: null, usage, at }).costPicoUsd ?? 0n);
  expect(costs.every((cost) => cost <= assumed)).toBe(true);
  expect(costs).toContain(assumed);
  expect(assumed).toBeGreaterThan(0n);
});

test('a model is never asked where not even one probe fits under the cap, and it is said why', () => {
  const why = (model: string, dailyCapPicoUsd: bigint) =>
    whyOnlyListed({ priceBook }, { ...key, model, dailyCapUsd: formatUsd(dailyCapPicoUsd) });
  for (const [model, reason] of [
    ['gpt-4o-mini', 'cap-too-low'],
    ['nobody-knows-1', 'no-price'],
  ] as const) {
    const cost = probeCostUnderCap({ priceBook }, { ...key, model });
    expect([why(model, cost - 1n), why(model, cost)]).toEqual([reason, null]);
  }
  const free = { ...key, dailyCapUsd: '0' };
  expect(whyOnlyListed({ priceBook }, { ...free, mode: 'models' })).toBeNull();
  expect(whyOnlyListed({ priceBook }, { ...free, kind: 'admin' })).toBeNull();
});

const within = {
  mode: 'completion',
  dailyCapPicoUsd: 100n,
  spentTodayPicoUsd: 0n,
  unpricedToday: 0,
  probePicoUsd: 10n,
} as const;

test('the paid probe is used while its cost still fits under the cap, to the last pico-USD', () => {
  const modes = [89n, 90n, 91n, 1_000n].map((spentTodayPicoUsd) =>
    probeModeWithinCap({ ...within, spentTodayPicoUsd }),
  );
  expect(modes).toEqual(['completion', 'completion', 'models', 'models']);
  expect(probeModeWithinCap({ ...within, dailyCapPicoUsd: 10n })).toBe('completion');
  expect(probeModeWithinCap({ ...within, dailyCapPicoUsd: 9n })).toBe('models');
  expect(probeModeWithinCap({ ...within, dailyCapPicoUsd: 0n })).toBe('models');
});

test('each probe of today without a price counts against the cap as well', () => {
  const modes = [8, 9, 10].map((unpricedToday) => probeModeWithinCap({ ...within, unpricedToday }));
  expect(modes).toEqual(['completion', 'completion', 'models']);
  expect(probeModeWithinCap({ ...within, unpricedToday: 5, spentTodayPicoUsd: 41n })).toBe('models');
});

test('what is not to be paid is never paid, whatever the cap', () => {
  for (const mode of ['models', 'off'] as const) expect(probeModeWithinCap({ ...within, mode })).toBe('models');
});
