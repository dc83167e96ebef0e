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
])('a formula %s is text to a spreadsheet', (_where, text, written) => {
  expect(toCsv([[text, null]])).toBe(`${written},\n`);
});

test('whatever begins none is as it was, and a number below zero is one', () => {
  const values = ['gpt-4o-mini', 'a = b', 'a; b', ' a-b', '1;2', -1, -1_000_000_000_000n];
  expect(toCsv([values])).toBe('gpt-4o-mini,a = b,a; b, a-b,1;2,-1,-1\n');
});
