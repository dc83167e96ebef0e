import { stringify } from 'csv-stringify/sync';
import { formatUsd, type PicoUsd } from '#core/money.js';

/**
 * Lines of CSV (RFC 4180). Text that a spreadsheet would run as a formula is preceded by an apostrophe; an exact number,
 * which may be less than zero, is not.
 */
export function toCsv(rows: readonly (string | PicoUsd | null)[][]): string {
  return stringify([...rows], {
    escape_formulas: true,
    cast: { bigint: formatUsd },
  });
}
