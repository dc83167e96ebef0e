import { describe, expect, it } from 'vitest';

import { buildPriceBook } from './build-price-book.js';
import type { PriceLine } from './price-sheet.js';
import { withLongContextOfTiers } from './with-long-context-of-tiers.js';

const long: PriceLine = { tier: 'standard', context: 'long', source: 'page', input: '4', output: '15' };
const batch: PriceLine = { tier: 'batch', source: 'page', input: '1', output: '5' };

/** What is added to a model with a standard long price and these lines. */
function added(...lines: PriceLine[]): readonly PriceLine[] {
  const prices = [long, ...lines];
  return withLongContextOfTiers([{ model: 'm', prices }])[0]?.prices.slice(prices.length) ?? [];
}

describe('long context of tiers', () => {
  it('costs twice the input, cached input and cache writes, and one and a half times the output', () => {
    expect(added({ ...batch, cachedInput: '0.05', cacheWrite: '1.25', cacheWrite12h: '2.5' })).toEqual([
      {
        tier: 'batch',
        context: 'long',
        source: 'derived',
        confidence: 'derived',
        input: '2',
        cachedInput: '0.1',
        cacheWrite: '2.5',
        cacheWrite12h: '5',
        output: '7.5',
      },
    ]);
  });

  it.each([
    ['0', '0', '0'],
    ['5', '10', '7.5'],
    ['10', '20', '15'],
    ['0.1', '0.2', '0.15'],
    ['0.25', '0.5', '0.375'],
    ['0.000001', '0.000002', '0.0000015'],
    ['0.070000', '0.14', '0.105'],
    ['999999999.999999', '1999999999.999998', '1499999999.9999985'],
  ])('is exact: %s is %s of input and %s of output', (short, input, output) => {
    expect(added({ ...batch, input: short, output: short })).toMatchObject([{ input, output }]);
  });

  it('holds on the days of the short price, and is promotional where that is', () => {
    const promoted = { ...batch, from: '2026-01-01', to: '2026-02-01', promotional: true as const };
    expect(added(promoted, { ...batch, from: '2026-02-01', input: '3' })).toMatchObject([
      { from: '2026-01-01', to: '2026-02-01', promotional: true, input: '2' },
      { from: '2026-02-01', input: '6' },
    ]);
    expect(added({ ...batch, from: '2026-02-01' })[0]).not.toHaveProperty('to');
    expect(added({ ...batch, from: '2026-02-01' })[0]).not.toHaveProperty('promotional');
  });

  it('leaves what a line states, and adds the rest of it', () => {
    const stated = { ...batch, context: 'long', input: '2.1' } as const;
    expect(added(batch, stated)).toEqual([]);
    const [rest] = added({ ...batch, cacheWrite: '1.25' }, stated);
    expect(rest).toEqual({
      tier: 'batch',
      context: 'long',
      source: 'derived',
      confidence: 'derived',
      cacheWrite: '2.5',
    });
  });

  it('is of each tier, and of models alone that have it at standard', () => {
    const short = [{ ...batch, tier: 'standard' }, batch, { ...batch, tier: 'flex' }, { ...batch, tier: 'priority' }];
    const prices = short as PriceLine[];
    expect(added(...prices).map(({ tier }) => tier)).toEqual(['batch', 'flex', 'priority']);
    expect(withLongContextOfTiers([{ model: 'm', prices }])).toEqual([{ model: 'm', prices }]);
  });

  it('is refused, not rounded, where it is no whole number of pico-USD per token', () => {
    const models = withLongContextOfTiers([{ model: 'm', prices: [long, { ...batch, output: '0.000001' }] }]);
    const page = { title: 'Price page', publishedOn: '2025-12-31' };
    const sheet = { name: 'test', collectedOn: '2026-01-01', sources: { page, derived: page }, models };
    expect(() => buildPriceBook(sheet)).toThrow('0.0000015 is no whole number of pico-USD');
  });
});
