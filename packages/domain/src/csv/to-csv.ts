import { stringify } from 'csv-stringify/sync';
import { formatUsd, type PicoUsd } from '#core/money.js';

/**
 * Where the text of a cell may begin a formula, of which `escape_formulas` sees the cell's own first character alone. Programs of
 * many countries cut a line at semicolons or tabs. To them the quotes of a field are none, unless a cell of theirs begins with
 * them: line breaks between them end the row, and a quote behind a semicolon, which is written twice, is an empty part of a
 * cell that goes on behind it. White space is dropped by some.
 */
const formulaStart = /(?:^|[;\t\r\n])(?:"|[^\S\t\r\n])*(?=[=+\-@＝＋－＠])/g;

/**
 * Lines of CSV (RFC 4180); null is an empty field. Text that a spreadsheet would run as a formula is preceded by an
 * apostrophe, also within a field where the program may cut it; a number or an amount, which may be less than zero, is not.
 */
export function toCsv(rows: readonly (readonly (string | number | PicoUsd | null)[])[]): string {
  const string = (text: string) => text.replaceAll(formulaStart, "$&'");
  return stringify([...rows], { escape_formulas: true, cast: { bigint: formatUsd, string } });
}
