import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCsv } from './to-csv.js';

test.each([
  ['as its first character', '=1+1', "'=1+1"],
  ['as a full-width character', '＝1+1', "'＝1+1"],
  ['behind a tab', '\t=1+1', "'\t'=1+1"],
  ['behind a line break', '\n=1+1', '"\n\'=1+1"'],
  ['behind spaces', ' \u00a0@SUM(A1)', " \u00a0'@SUM(A1)"],
  ['behind a semicolon, at which the line is cut in many countries', 'a;=1+1;b', "a;'=1+1;b"],
  ['behind a semicolon and spaces', 'a; -1+1', "a; '-1+1"],
  ['behind a semicolon within quotes', 'a";=1+1;"', '"a"";\'=1+1;"""'],
  ['behind a semicolon and a quote, which stands there twice and is an empty part of the cell', ';"=1', '";""\'=1"'],
  ['behind a line break, which ends a row where the quotes do not begin a cell', 'a\r=1\n"@b', '"a\r\'=1\n""\'@b"'],
])('a formula %s is text to a spreadsheet', (_where, text, written) => {
  expect(toCsv([[text, null]])).toBe(`${written},\n`);
});

test('whatever begins none is as it was, and a number below zero is one', () => {
  const values = ['gpt-4o-mini', 'a = b', 'a; b', ' a-b', '1;2', -1, -1_000_000_000_000n];
  expect(toCsv([values])).toBe('gpt-4o-mini,a = b,a; b, a-b,1;2,-1,-1\n');
});

/** As Python reads CSV, and most who refuse nothing: only a quote at the beginning of a cell is one. */
function cellsOf(csv: string, separators: string): string[] {
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"?)?([^${separators}\r\n]*)(?:[${separators}\r\n]|$)`, 'gy');
  return [...csv.matchAll(cell)].map(([, quoted = '', rest = '']) => quoted.replaceAll('""', '"') + rest);
}

const hostileText = fc.stringMatching(/^[;"=+\-@\t\r\n ,'a]{0,8}$/);
/** Text begins a row: a number that does is meant as one, whatever follows it in its cell. */
const hostileRow = fc.tuple(hostileText, fc.constantFrom(-1, -1_000_000_000_000n, null), hostileText, hostileText);
const hostileRows = fc.array(hostileRow, { minLength: 1, maxLength: 3 });
const isFormula = (cell: string) => /^\s*[=+\-@]/.test(cell) && cell !== '-1';
const often = { numRuns: 2_000 };

test.each([',', ';', '\t', ';\t', ',;\t'])('wherever a line is cut, no cell is a formula: %j', (separators) => {
  const holds = fc.property(hostileRows, (rows) => {
    expect(cellsOf(toCsv(rows), separators).filter(isFormula)).toEqual([]);
  });
  fc.assert(holds, often);
});

test('nor is one where quotes mean nothing and are dropped', () => {
  const holds = fc.property(hostileRows, (rows) => {
    const cells = toCsv(rows)
      .replaceAll('"', '')
      .split(/[;\t\r\n]/);
    expect(cells.filter(isFormula)).toEqual([]);
  });
  fc.assert(holds, often);
});

test('who cuts at commas reads each text to its last character, with an apostrophe more here and there', () => {
  const bare = (text: string) => text.replaceAll("'", '');
  const holds = fc.property(hostileRows, (rows) => {
    const texts = rows.flatMap(([first, number, ...others]) => [first, number === null ? '' : '-1', ...others]);
    expect(cellsOf(toCsv(rows), ',').map(bare)).toEqual([...texts.map(bare), '']);
  });
  fc.assert(holds, often);
});
