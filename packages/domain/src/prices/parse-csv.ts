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
  const source = text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  const cell = cellPatterns[separatorOf(source)];
  const records: CsvRecord[] = [];
  let [line, at] = [1, 0];
  while (at < source.length) {
    const record: CsvRecord = { line, cells: [] };
    let end: string | undefined;
    do {
      cell.lastIndex = at;
      const [whole = '', quoted, plain = '', after] = cell.exec(source) ?? [];
      if (after === undefined || plain.startsWith('"')) throw new CsvSyntaxError(record.line);
      record.cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      line += whole.split('\n').length - 1;
      at += whole.length;
      end = after;
    } while (end !== '\n' && end !== '');
    if (record.cells.some((value) => value.trim() !== '')) records.push(record);
  }
  return records;
}

export class CsvSyntaxError extends Error {
  override name = 'CsvSyntaxError';
  readonly line: number;
  constructor(line: number) {
    super(`line ${line} has a quotation mark that is not closed, or text beside one`);
    this.line = line;
  }
}

/** A cell, in quotes or not, and what ends it. */
const cellPatterns = {
  ',': /(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/y,
  ';': /(?:"((?:[^"]|"")*)"|([^;\n]*))(;|\n|$)/y,
  '\t': /(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/y,
};

function separatorOf(source: string): keyof typeof cellPatterns {
  const [first = ''] = source.split('\n', 1);
  const times = (separator: string) => first.split(separator).length;
  if (times(';') > times(',')) return ';';
  return times('\t') > times(',') ? '\t' : ',';
}
