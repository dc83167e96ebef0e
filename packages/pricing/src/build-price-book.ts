import { createHash } from 'node:crypto';

import { indexKeyOf, type PriceBook, type PriceRow, type RegionalUplift } from './price-book.js';
import { priceKinds, priceScales } from './price-scale.js';
import type { PricedModel, PriceKind, PriceLine, PriceSheet, UpliftLine } from './price-sheet.js';

/**
 * Turns a sheet into an indexed book; build it once per process. The version is a hash of the prices, so two sheets that
 * price anything differently never share one.
 * @throws RangeError naming the model, when a price is no exact pico-USD amount, a day or a source is none, a name is
 * claimed twice, or two prices for the same thing hold on one day.
 */
export function buildPriceBook(sheet: PriceSheet): PriceBook {
  const rows = sheet.models.flatMap((model) => rowsOf(sheet, model));
  return {
    version: versionOf(sheet),
    rows,
    modelByName: indexNames(sheet.models),
    rowsByKey: indexRows(rows),
  };
}

function versionOf(sheet: PriceSheet): string {
  const hash = createHash('sha256').update(JSON.stringify(sheet.models)).digest('hex');
  return `${sheet.name}-${sheet.collectedOn}-${hash.slice(0, 12)}`;
}

function rowsOf(sheet: PriceSheet, { model, regional, prices }: PricedModel): PriceRow[] {
  const uplift = regional ? upliftOf(sheet, model, regional) : null;
  return prices.flatMap((line) => {
    const stated = statementOf(sheet, model, line);
    return pricesOn(line).map(({ kind, variant, usd }) => ({
      model,
      tier: line.tier,
      context: line.context ?? 'short',
      kind,
      variant,
      picoUsdPerUnit: parsePicoUsdPerUnit(model, usd, priceScales[kind].unitsPerPrice),
      unit: priceScales[kind].unit,
      ...stated,
      isPromotional: line.promotional ?? false,
      regionalUplift: priceScales[kind].unit === 'token' ? uplift : null,
      overrideId: null,
    }));
  });
}

function upliftOf(sheet: PriceSheet, model: string, line: UpliftLine): RegionalUplift {
  return { picoPercent: parsePico(model, line.percent), ...statementOf(sheet, model, line) };
}

/** Where a line was read, how sure it is, and when it holds. */
function statementOf(
  { sources }: PriceSheet,
  model: string,
  line: PriceLine | UpliftLine,
): Pick<PriceRow, 'effectiveFrom' | 'effectiveTo' | 'source' | 'confidence'> {
  const source = sources[line.source];
  if (!source) throw new RangeError(`${model}: unknown source ${line.source}`);
  const [effectiveFrom, effectiveTo] = [parseDay(model, line.from), parseDay(model, line.to)];
  if (effectiveTo !== null && effectiveTo <= (effectiveFrom ?? ''))
    throw new RangeError(`${model}: empty range of days`);
  return {
    effectiveFrom,
    effectiveTo,
    source: `${source.title}, ${source.publishedOn}`,
    confidence: line.confidence ?? 'reported',
  };
}

function pricesOn(line: PriceLine): { kind: PriceKind; variant: string | null; usd: string }[] {
  const plain = priceKinds.flatMap((kind) => {
    const usd = kind === 'image' ? undefined : line[kind];
    return usd === undefined ? [] : [{ kind, variant: null, usd }];
  });
  const images = Object.entries(line.images ?? {}).map(([variant, usd]) => ({ kind: 'image' as const, variant, usd }));
  return [...plain, ...images];
}

function parsePicoUsdPerUnit(model: string, usd: string, unitsPerPrice: bigint): bigint {
  const picoUsd = parsePico(model, usd);
  if (picoUsd % unitsPerPrice !== 0n) throw new RangeError(`${model}: ${usd} is no whole number of pico-USD per unit`);
  return picoUsd / unitsPerPrice;
}

function parsePico(model: string, decimal: string): bigint {
  const match = /^(\d{1,9})(?:\.(\d{1,12}))?$/.exec(decimal);
  if (!match) throw new RangeError(`${model}: ${decimal} is not a plain decimal`);
  return BigInt((match[1] ?? '') + (match[2] ?? '').padEnd(12, '0'));
}

function parseDay(model: string, day: string | undefined): string | null {
  if (day === undefined) return null;
  const instant = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(instant.getTime()) || instant.toISOString().slice(0, 10) !== day) {
    throw new RangeError(`${model}: ${day} is not a day as YYYY-MM-DD`);
  }
  return day;
}

function indexNames(models: readonly PricedModel[]): Map<string, string> {
  const modelByName = new Map<string, string>();
  for (const { model, aliases = [] } of models) {
    for (const name of [model, ...aliases]) {
      if (modelByName.has(name)) throw new RangeError(`${name} names two models`);
      modelByName.set(name, model);
    }
  }
  return modelByName;
}

function indexRows(rows: readonly PriceRow[]): Map<string, readonly PriceRow[]> {
  const byKey = new Map<string, PriceRow[]>();
  for (const row of rows) byKey.set(indexKeyOf(row), [...(byKey.get(indexKeyOf(row)) ?? []), row]);
  for (const [key, dated] of byKey) {
    dated.sort((a, b) => compareDays(a.effectiveFrom, b.effectiveFrom));
    dated.forEach((row, index) => {
      const next = dated[index + 1];
      const overlaps = next && (row.effectiveTo === null || (next.effectiveFrom ?? '') < row.effectiveTo);
      if (overlaps) throw new RangeError(`${key} has overlapping ranges of days`);
    });
  }
  return byKey;
}

function compareDays(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
