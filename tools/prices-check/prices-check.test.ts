import { expect, test } from 'vitest';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import type { PriceLine } from '#pricing/price-sheet.js';
import { checkPrices } from './check-prices.js';
import { compareLists } from './compare-lists.js';
import { explain } from './explain.js';
import { genaiList } from './genai-list.js';
import { knownDisagreements } from './known-disagreements.js';
import { ourList } from './our-list.js';

const book = buildPriceBook(openAiPriceSheet);
/** While gpt-5.6-sol is promoted, the day after, and far off: whenever this runs, its today is like one of these. */
const todays = ['2026-11-21', '2026-11-22', '2036-01-01'];

/** The book with every standard short line of one model changed. */
function bookWith(changed: string, change: Partial<PriceLine>) {
  const models = openAiPriceSheet.models.map(({ prices, ...model }) => ({
    ...model,
    prices: prices.map((line) =>
      model.model === changed && line.tier === 'standard' && !line.context && line.input !== undefined
        ? { ...line, ...change }
        : line,
    ),
  }));
  return buildPriceBook({ ...openAiPriceSheet, models });
}

const failuresOf = (changed: string, change: Partial<PriceLine>) =>
  checkPrices(bookWith(changed, change), new Date('2026-11-21T12:00:00Z')).unexplained.map(
    ({ name, field, ours, theirs }) => `${name} ${field} ${ours} ${theirs}`,
  );

test.each(todays)('every disagreement with genai-prices has a reason, on %s', (today) => {
  expect(checkPrices(book, new Date(`${today}T12:00:00Z`)).unexplained).toEqual([]);
});

test('the comparison is of hundreds of prices, of every kind that both lists have', () => {
  const ours = ourList(book);
  const theirs = genaiList();
  const { prices, names } = compareLists(ours, theirs, ['2026-11-21']);
  expect([prices > 600, names > 200]).toEqual([true, true]);
  const agreed = ours.names.flatMap((name) => {
    const [our, their] = [ours, theirs].map((list) => list.pricesOf(name, '2026-11-21'));
    return [...(our ?? [])].filter(([field, usd]) => their?.get(field) === usd).map(([field]) => field);
  });
  expect([...new Set(agreed)].toSorted()).toEqual(
    [
      'input',
      'cachedInput',
      'cacheWrite',
      'output',
      'long input',
      'long cachedInput',
      'long cacheWrite',
      'long output',
      'long context above',
      'audioInput',
      'audioCachedInput',
      'audioOutput',
      'audioHour',
      'imageInput',
      'imageCachedInput',
      'imageOutput',
      'webSearchCall',
      'fileSearchCall',
    ].toSorted(),
  );
});

test('a price that is off by the smallest amount is a failure, and says so', () => {
  expect(failuresOf('gpt-4.1', { input: '2.000001' })).toEqual([
    'gpt-4.1 input 2.000001 2',
    'gpt-4.1-2025-04-14 input 2.000001 2',
  ]);
  const { report } = checkPrices(bookWith('gpt-4.1', { input: '2.000001' }), new Date());
  expect(report).toMatch(/FAILURE: not explained[^\n]+\n {2}gpt-4\.1 +input +ours 2\.000001 +genai-prices 2\n/);
  expect(report).toMatch(/disagreements with a reason, 2 without\.\n$/);
});

test('a reason holds for the prices that were looked into, and no others', () => {
  expect(failuresOf('gpt-image-1', { imageOutput: '41' })).toEqual(['gpt-image-1 imageOutput 41 –']);
  const stillPromoted = failuresOf('gpt-5.6-sol', { input: '5' });
  expect(stillPromoted).toContain('gpt-5.6-sol input 5 4');
});

test('no reason outlives its disagreement', () => {
  const used = new Set(
    todays.flatMap((today) => {
      const days = ['2025-06-09', '2026-09-23', today];
      const { disagreements } = compareLists(ourList(book), genaiList(), days);
      return disagreements.map((found) => explain(found, knownDisagreements));
    }),
  );
  expect(knownDisagreements.filter((entry) => !used.has(entry))).toEqual([]);
});
