import { redactSecrets } from '#core/logger.js';
import { formatUsd, parseUsd } from '#core/money.js';
import { priceKinds, priceScales } from '#pricing/price-scale.js';
import { priceTiers } from '#pricing/price-sheet.js';
import { isDay } from '../spend/local-days.js';
import type { NewOverride } from './price-change.js';

/** What is wrong with an override, by field. */
export type OverrideFaults = Partial<Record<keyof NewOverride, string>>;

/** Names as OpenAI writes them; `|` would run into the keys of the book. */
const modelPattern = /^[^\s|\p{C}]{1,200}$/u;
/** Lengths of input that have prices of their own. */
export const overrideContexts = ['short', 'long'] as const;
const longestText = 200;
/** What nobody sees or Postgres cannot keep: controls, halves of characters, and what turns the direction of writing. */
const unfit = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u;

/** What is wrong with an override that somebody asks for; empty when nothing is. */
export function overrideFaults(given: NewOverride): OverrideFaults {
  const { model, tier, context, kind, variant, usdPerUnit, percentOff, from, to, note = '' } = given;
  const isOwnPrice = Boolean(usdPerUnit);
  return compact({
    model: modelFault(model, isOwnPrice),
    tier: notOneOf(priceTiers, tier),
    context: notOneOf(overrideContexts, context),
    kind: notOneOf(priceKinds, kind) ?? (isOwnPrice && !kind ? 'must be named for a price of your own' : undefined),
    variant: variant ? (kind === 'image' ? textFault(variant) : 'is for images alone') : undefined,
    usdPerUnit: usdPerUnit ? priceFault(given, usdPerUnit) : noneGiven(percentOff),
    percentOff: percentOff ? percentFault(percentOff) : undefined,
    from: from && !isDay(from) ? notADay : undefined,
    to: to && !isDay(to) ? notADay : from && to && to <= from ? endsTooEarly : undefined,
    note: textFault(note),
  });
}

/** Of a list, those that say what an earlier one says already, with that one: which of both is meant nobody can tell. */
export function repeatedOverrides(given: readonly NewOverride[]): Map<number, number> {
  const seen = new Map<string, number>();
  const repeated = new Map<number, number>();
  given.forEach(({ model, tier, context, kind, variant, percentOff, from }, index) => {
    const of = [model, tier, context, kind, variant, from].map((part) => part || '').join('|');
    const key = `${percentOff ? 'discount' : 'price'}|${of}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else repeated.set(index, first);
  });
  return repeated;
}

function textFault(text: string): string | undefined {
  if (text.length > longestText) return `must have at most ${longestText} characters`;
  if (unfit.test(text)) return 'must have no control characters';
  return redactSecrets(text) === text ? undefined : 'looks like a secret, and everybody can read it here';
}

function modelFault(model: string, isOwnPrice: boolean): string | undefined {
  if (!modelPattern.test(model)) return 'must be the name of a model, without spaces and “|”';
  return model === '*' && isOwnPrice ? 'must be one model for a price of your own; * is for discounts' : undefined;
}

function priceFault({ kind, percentOff }: NewOverride, usdPerUnit: string): string | undefined {
  if (percentOff) return 'and a discount exclude each other: give one of both';
  const isPrice = /^\d{1,9}(\.\d{1,12})?$/.test(usdPerUnit);
  if (!isPrice) return 'must be a decimal number of USD with at most 12 decimals, such as 0.0000025';
  const { unit, unitsPerPrice, per } = priceScales[priceKinds.find((one) => one === kind) ?? 'image'];
  const most = unitsPerPrice === million ? mostPerMillion / million : mostPerUnit;
  if (parseUsd(usdPerUnit) <= most) return undefined;
  const ofMany = unitsPerPrice === million ? `${formatUsd(mostPerMillion)} USD for ${per}, which is ` : '';
  return `must be at most ${ofMany}${formatUsd(most)} USD for one ${unit}`;
}

const million = 1_000_000n;
/**
 * Far above any price: the dearest tokens that OpenAI ever sold were 600 USD for a million. Who takes the price of a million
 * for that of one token is told so; the cost of usage would soon be more than a column of money can hold.
 */
const mostPerMillion = parseUsd('10000');
const mostPerUnit = parseUsd('100');

function noneGiven(percentOff: string | null | undefined): string | undefined {
  return percentOff ? undefined : 'must be given, or a discount';
}

function percentFault(percentOff: string): string | undefined {
  const isPercent = /^-?\d{1,3}(\.\d{1,6})?$/.test(percentOff);
  const amount = isPercent ? parseUsd(percentOff) : 0n;
  const hundred = parseUsd('100');
  return amount !== 0n && amount <= hundred && amount >= -hundred
    ? undefined
    : 'must be a percentage from -100 to 100, but not 0, such as 15; less than zero is on top';
}

const endsTooEarly = 'must be later than the first day, as it is the first on which the price holds no longer';
const notADay = 'must be a day such as 2026-11-20';

function notOneOf(allowed: readonly string[], value: string | null | undefined): string | undefined {
  return value && !allowed.includes(value) ? `must be one of ${allowed.join(', ')}` : undefined;
}

function compact(faults: Record<string, string | undefined>): OverrideFaults {
  return Object.fromEntries(Object.entries(faults).filter(([, fault]) => fault !== undefined));
}
