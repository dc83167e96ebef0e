import type { PricedModel, PriceLine, TokenKind } from './price-sheet.js';

/** What a whole request of long context costs, in tenths of the short price. docs/prices.md says where this is stated. */
const tenthsOfShort = {
  input: 20n,
  cachedInput: 20n,
  cacheWrite: 20n,
  cacheWrite12h: 20n,
  output: 15n,
} as const satisfies Partial<Record<TokenKind, bigint>>;

const kinds = Object.keys(tenthsOfShort) as (keyof typeof tenthsOfShort)[];

/**
 * Models that have a standard price of long context, with one for each of their other tiers too, as price pages give long
 * context for standard alone: the tier's short price by the factors above, exactly, on the same days and as promotional. What
 * a line states already stays as it is. The new lines are `derived`, and name the sheet's source of that key.
 */
export function withLongContextOfTiers(models: readonly PricedModel[]): PricedModel[] {
  return models.map((model) => {
    const hasLongContext = model.prices.some(({ tier, context }) => tier === 'standard' && context === 'long');
    return hasLongContext ? { ...model, prices: [...model.prices, ...derivedLines(model.prices)] } : model;
  });
}

function derivedLines(prices: readonly PriceLine[]): PriceLine[] {
  const shortOfTiers = prices.filter(({ tier, context }) => tier !== 'standard' && context !== 'long');
  return shortOfTiers.flatMap((short) => {
    const { tier, from, to, promotional } = short;
    const stated = prices.filter((line) => line.tier === tier && line.context === 'long' && line.from === from);
    const usd = kinds.flatMap((kind) => {
      const isStated = stated.some((line) => line[kind] !== undefined);
      return short[kind] === undefined || isStated ? [] : [[kind, timesTenths(short[kind], tenthsOfShort[kind])]];
    });
    if (usd.length === 0) return [];
    const days = { ...(from && { from }), ...(to && { to }) };
    const says = { source: 'derived', confidence: 'derived', ...(promotional && { promotional }) } as const;
    return [{ tier, context: 'long', ...days, ...says, ...Object.fromEntries(usd) }];
  });
}

/** `0.125` by 15 tenths is `0.1875`: whole digits, so nothing is rounded. */
function timesTenths(decimal: string, tenths: bigint): string {
  const [whole = '', fraction = ''] = decimal.split('.');
  const decimals = fraction.length + 1;
  const digits = (BigInt(whole + fraction) * tenths).toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`.replace(/\.?0+$/, '');
}
