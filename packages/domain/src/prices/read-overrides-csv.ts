import { parseUsd } from '#core/money.js';
import { Problem } from '#core/problem.js';
import type { PriceBook } from '#pricing/price-book.js';
import { indexKeyOf } from '#pricing/price-book.js';
import { priceScales } from '#pricing/price-scale.js';
import type { PriceKind } from '#pricing/price-sheet.js';
import { type CsvRecord, CsvSyntaxError, parseCsv } from './parse-csv.js';
import { type OverrideFaults, overrideFaults, repeatedOverrides } from './override-faults.js';
import type { NewOverride } from './price-change.js';
import { pricePerUnit } from './price-per-unit.js';
import { overrideTerms } from './read-new-overrides.js';

/** Columns that say something; the others of the CSV that `GET /prices` sends may be there and are not looked at. */
const readColumns = {
  model: 'model',
  tier: 'tier',
  context: 'context',
  kind: 'kind',
  variant: 'variant',
  usd_per_unit: 'usdPerUnit',
  percent_off: 'percentOff',
  effective_from: 'from',
  effective_to: 'to',
  note: 'note',
} as const satisfies Record<string, keyof NewOverride>;
const ignoredColumns = ['aliases', 'source', 'confidence', 'promotional', 'regional_uplift_percent', 'price_version'];
const otherColumns = ['usd', 'per', 'unit', ...ignoredColumns];
const knownColumns = [...Object.keys(readColumns), ...otherColumns];

const mostLines = 5_000;
const mostFaults = 20;
/** In the sentence that sums them up. */
const mostToldAtOnce = 3;
/** Of a name that is told back. */
const longestName = 40;

/**
 * Overrides from CSV with the columns of `GET /prices?format=csv`, of which `model` is needed, and `kind` with
 * `usd_per_unit` or `usd` (for as many units as `per` says, which is the same for all prices of a kind), or `percent_off`. A
 * line that says what the book says already is passed over, so that an exported file can be changed here and there and sent back.
 * @throws Problem `invalid-request` naming line and column of each fault, such as `csv.3.kind`; nothing is taken then
 */
export function readOverridesCsv(csv: string, book: PriceBook): { add: NewOverride[]; unchanged: number } {
  const [head, ...lines] = parse(csv);
  const columns = (head?.cells ?? []).map((name) => name.trim().toLowerCase());
  assertColumns(columns);
  if (lines.length > mostLines) throw refuse([[1, 'model', `a file may have ${mostLines} prices`]]);
  const changed = lines.map((line) => readLine(line, columns)).filter((read) => !holdsAlready(book, read));
  const faults = changed.flatMap(({ line, faults: ofLine }) =>
    Object.entries(ofLine).map(([column, fault]): CsvFault => [line, column, fault]),
  );
  if (faults.length > 0) throw refuse(faults);
  const repeated = [...repeatedOverrides(changed.map(({ override }) => override))].map(([index, first]): CsvFault => {
    const fault = `says again what line ${changed[first]?.line} says, from the same day on: keep one of both`;
    return [changed[index]?.line ?? 1, 'model', fault];
  });
  if (repeated.length > 0) throw refuse(repeated);
  return { add: changed.map(({ override }) => override), unchanged: lines.length - changed.length };
}

/** Line, column, what is wrong. */
type CsvFault = [number, string, string];

function parse(csv: string): CsvRecord[] {
  try {
    const records = parseCsv(csv);
    if (records.length < 2)
      throw refuse([[1, 'model', 'a line with the names of the columns and one with a price are needed']]);
    return records;
  } catch (error) {
    if (error instanceof CsvSyntaxError) throw refuse([[error.line, 'model', error.message]]);
    throw error;
  }
}

function assertColumns(columns: readonly string[]): void {
  if (!columns.includes('model'))
    throw refuse([[1, 'model', 'the first line must name the columns, “model” among them']]);
  const unknown = columns.find((name) => !knownColumns.includes(name));
  if (unknown !== undefined) {
    const fault = `is no column of prices; there are ${Object.keys(readColumns).join(', ')} and usd`;
    throw refuse([[1, unknown.slice(0, longestName), fault]]);
  }
  // Only of names that are known, of which the first few repeat one: a line can have a hundred thousand.
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw refuse([[1, twice, 'is there twice']]);
}

interface ReadLine {
  line: number;
  override: NewOverride;
  /** By column. */
  faults: Record<string, string>;
}

function readLine({ line, cells }: CsvRecord, columns: readonly string[]): ReadLine {
  const value = (column: string) => unescape(cells[columns.indexOf(column)]?.trim() ?? '');
  const given = Object.fromEntries(
    Object.entries(readColumns).map(([column, field]) => [field, value(column) || undefined]),
  );
  const fromUsd = priceFromUsd(value('usd'), value('kind'));
  const override: NewOverride = { ...given, model: value('model') };
  const isFromUsd = value('usd') !== '' && !override.usdPerUnit;
  override.usdPerUnit ??= fromUsd?.usdPerUnit;
  const priceColumn = !isFromUsd ? 'usd_per_unit' : override.usdPerUnit ? 'usd' : null;
  const faults = {
    ...(cells.length > columns.length && {
      [columns.at(-1) ?? '']: 'is followed by more cells than there are columns',
    }),
    ...namedByColumn(overrideFaults(override), { priceColumn }),
    ...fromUsd?.faults,
    ...scaleFaults(value('kind'), { per: value('per'), unit: value('unit') }),
    ...disagreement(override, fromUsd?.usdPerUnit),
  };
  return { line, override, faults };
}

/** What a spreadsheet was kept from running as a formula; see `toCsv`. */
function unescape(cell: string): string {
  return /^'[=+\-@\t\r＝＋－＠]/.test(cell) ? cell.slice(1) : cell;
}

function priceFromUsd(usd: string, kind: string): { usdPerUnit?: string; faults?: Record<string, string> } | undefined {
  if (usd === '') return undefined;
  if (!isKind(kind)) return kind === '' ? { faults: { kind: 'must be named for a price in usd' } } : undefined;
  const usdPerUnit = pricePerUnit(usd, kind);
  if (usdPerUnit !== null) return { usdPerUnit };
  const { unit } = priceScales[kind];
  return {
    faults: { usd: `must be a decimal number of USD, such as 2.5, and a whole number of 1e-12 USD per ${unit}` },
  };
}

/** Every kind is priced by its own number of units: another one is not converted, as it may as well be a slip. */
function scaleFaults(kind: string, given: { per: string; unit: string }): Record<string, string> {
  if (!isKind(kind)) return {};
  const { per, unit } = priceScales[kind];
  return {
    ...(given.per && given.per !== per && { per: `must be “${per}”, by which prices of ${kind} are given, or empty` }),
    ...(given.unit && given.unit !== unit && { unit: `must be “${unit}”, by which ${kind} is counted, or empty` }),
  };
}

function isKind(kind: string): kind is PriceKind {
  return Object.hasOwn(priceScales, kind);
}

/** Someone changed one of the two columns that say the same. */
function disagreement({ usdPerUnit, percentOff }: NewOverride, fromUsd: string | undefined): Record<string, string> {
  if (percentOff || !isDecimal(usdPerUnit) || fromUsd === undefined) return {};
  if (parseUsd(usdPerUnit) === parseUsd(fromUsd)) return {};
  return { usd: `says another price than usd_per_unit (${fromUsd} for one unit): empty one of both` };
}

function isDecimal(price: string | null | undefined): price is string {
  return price != null && /^\d{1,9}(\.\d{1,12})?$/.test(price);
}

/** A price from `usd` is told there; where that cannot be read, itself or its kind is told, and not that a price is missing. */
function namedByColumn(
  faults: OverrideFaults,
  { priceColumn }: { priceColumn: 'usd' | 'usd_per_unit' | null },
): Record<string, string> {
  const named = Object.entries(readColumns).flatMap(([ownColumn, field]) => {
    const column = field === 'usdPerUnit' ? priceColumn : ownColumn;
    const fault = faults[field];
    return column === null || fault === undefined ? [] : [[column, fault] as const];
  });
  return Object.fromEntries(named);
}

/** The very price is in force in the very days, though it may be so high that it would be refused today. */
function holdsAlready(book: PriceBook, { override: given, faults }: ReadLine): boolean {
  if (!isDecimal(given.usdPerUnit) || Object.keys(faults).some((column) => column !== 'usd_per_unit')) return false;
  const { model, tier, context, kind, variant, picoUsdPerUnit, effectiveFrom, effectiveTo } = overrideTerms(given);
  if (tier === null || context === null || kind === null || picoUsdPerUnit === null) return false;
  const rows = book.rowsByKey.get(indexKeyOf({ model, tier, context, kind, variant })) ?? [];
  return rows.some(
    (row) =>
      row.picoUsdPerUnit === picoUsdPerUnit && row.effectiveFrom === effectiveFrom && row.effectiveTo === effectiveTo,
  );
}

function refuse(faults: readonly CsvFault[]): Problem {
  const shown = faults.slice(0, mostFaults);
  const sentences = shown
    .slice(0, mostToldAtOnce)
    .map(([line, column, fault]) => `Line ${line}, column ${column}: ${fault}.`);
  const left = faults.length - sentences.length;
  const more = left === 0 ? '' : left === 1 ? ' 1 more fault.' : ` ${left} more faults.`;
  return new Problem('invalid-request', {
    detail: `Nothing was changed. ${sentences.join(' ')}${more}`,
    fields: Object.fromEntries(shown.map(([line, column, fault]) => [`csv.${line}.${column}`, fault])),
  });
}
