import { stringify } from 'csv-stringify/sync';
import { formatUsd, type PicoUsd } from '#core/money.js';

/**
 * Where the text of a cell may begin a formula that `escape_formulas`, which looks at its first character, does not find: behind
 * white space, which some programs drop, and behind a semicolon or a tab, at which those of many countries cut the line, and quotes
 * do not keep them from it.
 */
const hiddenFormula = /(^[^\S\t\r][^\S\t]*|[;\t][^\S\t]*)(?=[=+\-@＝＋－＠])/g;

/**
 * Lines of CSV (RFC 4180); null is an empty field. Text that a spreadsheet would run as a formula is preceded by an
 * apostrophe, also within a field where the program may cut it; a number or an amount, which may be less than zero, is not.
 */
export function toCsv(rows: readonly (readonly (string | number | PicoUsd | null)[])[]): string {
  const string = (text: string) => text.replaceAll(hiddenFormula, "$1'");
  return stringify([...rows], { escape_formulas: true, cast: { bigint: formatUsd, string } });
}
