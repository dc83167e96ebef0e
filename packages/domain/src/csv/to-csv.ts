import { stringify } from 'csv-stringify/sync';
import { formatUsd, type PicoUsd } from '#core/money.js';

/**
 * Lines of CSV (RFC 4180); null is an empty field. Text that a spreadsheet would run as a formula is preceded by an
 * apostrophe; a number or an amount, which may be less than zero, is not.
 */
export function toCsv(rows: readonly (readonly (string | number | PicoUsd | null)[])[]): string {
  return stringify([...rows], { escape_formulas: true, cast: { bigint: formatUsd } });
}
