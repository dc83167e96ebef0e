import { formatUsd } from '#core/money.js';
import type { NotedOverride } from '#domain/prices/select-overrides.js';
import { addDays } from '#domain/spend/local-days.js';
import { priceScales } from '#pricing/price-scale.js';
import type { PriceKind } from '#pricing/price-sheet.js';
import { formatDayLong } from '../format/format-time.js';
import { formatCount } from '../format/format-tokens.js';

export const kindWords: Readonly<Record<PriceKind, string>> = {
  input: 'Input',
  cachedInput: 'Cached input',
  cacheWrite: 'Cache write',
  cacheWrite12h: 'Cache write, 12 h',
  output: 'Output',
  audioInput: 'Audio input',
  audioCachedInput: 'Cached audio input',
  audioOutput: 'Audio output',
  imageInput: 'Image input',
  imageCachedInput: 'Cached image input',
  imageOutput: 'Image output',
  audioHour: 'Audio',
  speechCharacter: 'Speech',
  videoSecond: 'Video',
  image: 'Images',
  webSearchCall: 'Web searches',
  fileSearchCall: 'File searches',
  containerSession: 'Container sessions',
};

/** An override in a reader's words. */
export interface OverrideWords {
  model: string;
  price: string;
  /** Which part of the model's prices; empty for all. */
  part: string;
  days: string;
}

export function overrideWords(override: NotedOverride): OverrideWords {
  const { model, tier, context, variant, kind } = override;
  const narrowed = [
    kind === null ? '' : kindWords[kind],
    variant ?? '',
    tier === null ? '' : `${tier} tier`,
    context === null ? '' : `${context} context`,
  ].filter(Boolean);
  return {
    model: model === '*' ? 'Every model of the book' : model,
    price: priceWords(override),
    part: narrowed.join(', '),
    days: daysWords(override),
  };
}

function priceWords({ picoUsdPerUnit, picoPercentOff, kind }: NotedOverride): string {
  if (picoUsdPerUnit !== null && kind !== null) {
    const { unitsPerPrice, per } = priceScales[kind];
    const [whole = '0', fraction = ''] = formatUsd(picoUsdPerUnit * unitsPerPrice).split('.');
    return `$${formatCount(Number(whole))}.${fraction.padEnd(2, '0')} per ${per}`;
  }
  const percent = picoPercentOff ?? 0n;
  return percent < 0n ? `${formatUsd(-percent)} % on top` : `${formatUsd(percent)} % off`;
}

/** Both ends included. */
function daysWords({ effectiveFrom, effectiveTo }: NotedOverride): string {
  const last = effectiveTo === null ? null : addDays(effectiveTo, -1);
  if (effectiveFrom === null && last === null) return 'always';
  if (effectiveFrom === null) return `until ${formatDayLong(last ?? '')}`;
  return last === null
    ? `since ${formatDayLong(effectiveFrom)}`
    : `${formatDayLong(effectiveFrom)} to ${formatDayLong(last)}`;
}
