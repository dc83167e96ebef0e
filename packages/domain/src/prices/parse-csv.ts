import { CsvError, parse } from 'csv-parse/sync';

export interface CsvRecord {
  /** Where it begins, counted from 1. */
  line: number;
  cells: string[];
}

/**
 * Reads CSV as RFC 4180 has it, and as spreadsheets write it: any line end, a byte order mark, and the separator that the
 * first line uses most of comma, semicolon and tab. Empty lines are left out.
 * @throws CsvSyntaxError for a quotation that does not end
 */
export function parseCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  try {
    parse(text, {
      bom: true,
      delimiter: separatorOf(text),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_records_with_empty_values: true,
      // The parser counts the line on which a record ends.
      on_record: (cells: string[], { lines }) => {
        records.push({ line: lines - countLineEnds(cells), cells });
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw new CsvSyntaxError(Number(error['lines'] ?? 1), error);
    throw error;
  }
  return records;
}

export class CsvSyntaxError extends Error {
  override name = 'CsvSyntaxError';
  readonly line: number;
  constructor(line: number, cause: Error) {
    super('a quotation mark is not closed, or has text beside it', { cause });
    this.line = line;
  }
}

function countLineEnds(cells: readonly string[]): number {
  return cells.join('').split(/\r\n|\n|\r/).length - 1;
}

function separatorOf(text: string): string {
  const [first = ''] = text.split(/[\r\n]/, 1);
  const times = (separator: string) => first.split(separator).length;
  if (times(';') > times(',')) return ';';
  return times('\t') > times(',') ? '\t' : ',';
}
