import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseUsd } from '#core/money.js';
import { applyOverrides } from '#pricing/apply-overrides.js';
import { buildPriceBook } from '#pricing/build-price-book.js';
import { diffPriceBooks } from '#pricing/diff-price-books.js';
import { openAiPriceSheet } from '#pricing/openai-prices.js';
import { parseCsv } from './parse-csv.js';
import { readNewOverrides } from './read-new-overrides.js';
import { readOverridesCsv } from './read-overrides-csv.js';
import { streamPricesCsv } from './stream-prices-csv.js';

const book = buildPriceBook(openAiPriceSheet);
const head = 'model,tier,kind,usd_per_unit,usd,percent_off,effective_from,effective_to,note';
const read = (...lines: string[]) => readOverridesCsv([head, ...lines].join('\n'), book);
const fieldsOf = (csv: string) => {
  try {
    readOverridesCsv(csv, book);
    return {};
  } catch (error) {
    return (error as { fields: object }).fields;
  }
};

async function exported(): Promise<string> {
  const pieces = [];
  for await (const piece of streamPricesCsv({ priceBook: book }, {})) pieces.push(piece);
  return pieces.join('');
}

test('a line is a price or a discount, and says as little as it has to', () => {
  expect(
    read(
      'gpt-4o,batch,input,0.000001,,,2026-01-01,2026-02-01,"agreed, in writing"',
      'gpt-4o,,output,,2.5,,,,',
      '*,,,,,-10,,,regional',
    ).add,
  ).toMatchObject([
    { model: 'gpt-4o', tier: 'batch', kind: 'input', usdPerUnit: '0.000001', from: '2026-01-01', to: '2026-02-01' },
    { model: 'gpt-4o', kind: 'output', usdPerUnit: '0.0000025' },
    { model: '*', percentOff: '-10', note: 'regional' },
  ]);
});

test('the exported book, sent back, changes nothing; one figure changed in it is one price', async () => {
  const csv = await exported();
  expect(readOverridesCsv(csv, book)).toEqual({ add: [], unchanged: book.rows.length });
  const line = csv.split('\n').findIndex((text) => text.startsWith('gpt-4o,,standard,short,input,'));
  const lines = csv.split('\n');
  lines[line] = (lines[line] ?? '').replace('0.0000025,2.5,', ',2,');
  const { add } = readOverridesCsv(lines.join('\r\n'), book);
  expect(add).toMatchObject([{ model: 'gpt-4o', tier: 'standard', kind: 'input', usdPerUnit: '0.000002' }]);
  const by = { createdAt: new Date(), createdBy: 'ops' };
  const after = applyOverrides(book, readNewOverrides(add, by));
  expect(diffPriceBooks(book, after)).toMatchObject([{ model: 'gpt-4o', before: 2_500_000n, after: 2_000_000n }]);
});

test('a price that was changed in one of its two columns alone is told, and not passed over as the one in force', async () => {
  const csv = await exported();
  const changed = csv.replace(/^(gpt-4o,,standard,short,input,.*?0\.0000025),2\.5,/m, '$1,2,');
  expect(changed).not.toBe(csv);
  expect(Object.keys(fieldsOf(changed))).toEqual([expect.stringMatching(/^csv\.\d+\.usd$/)]);
});

test('a stored price that would be refused today keeps nobody from sending back the file that has it', () => {
  const stored = { id: 'a', note: '', createdAt: new Date(), createdBy: 'ops', picoPercentOff: null, variant: null };
  const price = {
    model: 'mine',
    kind: 'input',
    tier: 'standard',
    context: 'short',
    picoUsdPerUnit: parseUsd('1'),
  } as const;
  const own = applyOverrides(book, [{ ...stored, ...price, effectiveFrom: null, effectiveTo: null }]);
  const lines = ['model,tier,context,kind,usd_per_unit', 'mine,standard,short,input,1'];
  expect(readOverridesCsv(lines.join('\n'), own)).toEqual({ add: [], unchanged: 1 });
  expect(() => readOverridesCsv(lines.join('\n'), book)).toThrow('must be at most 10000 USD for 1M tokens');
});

test.each([
  ['gpt-4o,gold,input,1,,,,,', 'tier'],
  ['gpt-4o,,tea,1,,,,,', 'kind'],
  ['gpt-4o,,,1,,,,,', 'kind'],
  ['gpt-4o,,input,one,,,,,', 'usd_per_unit'],
  ['gpt-4o,,input,,two,,,,', 'usd'],
  ['gpt-4o,,input,,0.0000000001,,,,', 'usd'],
  ['gpt-4o,,input,0.000001,2,,,,', 'usd'],
  ['gpt-4o,,input,,,,,,', 'usd_per_unit'],
  ['gpt-4o,,,,,101,,,', 'percent_off'],
  ['gpt-4o,,,,,5,2026-13-01,,', 'effective_from'],
  ['a|b,,,,,5,,,', 'model'],
  ['gpt-4o,,,,,5,0000-01-01,,', 'effective_from'],
  ['gpt-4o,,,,,5,,,a\0b', 'note'],
  ['gpt-4o,,,,,5,,,\u202Eevil', 'note'],
  ['gpt-4o,,,,,5,,,,surplus', 'note'],
  ['gpt-4o,,,,,5,,,sk-proj-Abc123Abc123Abc123Abc123', 'note'],
  ['gpt-4o,,input,0.010000000001,,,,,', 'usd_per_unit'],
  ['gpt-image-1,,image,100.000000000001,,,,,', 'usd_per_unit'],
])('“%s” is refused by line and column', (line, column) => {
  const csv = [head, 'gpt-4o,,,,,5,,,', line].join('\n');
  expect(Object.keys(fieldsOf(csv))).toContain(`csv.3.${column}`);
});

test.each([
  ['gpt-4o,,tea,,2.5,,,,', 'kind'],
  ['gpt-4o,,,,2.5,,,,', 'kind'],
  ['gpt-4o,,input,,two,,,,', 'usd'],
])('of “%s” just the column that has to be mended is told', (line, column) => {
  expect(Object.keys(fieldsOf([head, line].join('\n')))).toEqual([`csv.2.${column}`]);
});

test('a price for another number of units than those of its kind is refused, and not taken for that', () => {
  const fields = (per: string, unit: string) => fieldsOf(`model,kind,usd,per,unit\ngpt-5-mini,input,3,${per},${unit}`);
  expect(fields('1M tokens', 'token')).toEqual({});
  expect(fields('1K tokens', '')).toEqual({ 'csv.2.per': expect.stringContaining('must be “1M tokens”') });
  expect(fields('', 'image')).toEqual({ 'csv.2.unit': expect.stringContaining('must be “token”') });
});

test('a price and a discount on one line are refused, whichever column has the price', () => {
  const both = expect.stringContaining('exclude each other');
  expect(fieldsOf([head, 'gpt-4o,,input,0.000001,,10,,,'].join('\n'))).toEqual({ 'csv.2.usd_per_unit': both });
  expect(fieldsOf([head, 'gpt-4o,,input,,3,10,,,'].join('\n'))).toEqual({ 'csv.2.usd': both });
});

test('the same price twice in a file is refused with both lines; another day or tier is another price', () => {
  const lines = ['gpt-4o,,input,,4,,,,', 'gpt-4o,,input,,3,,2026-01-01,,', 'gpt-4o,batch,input,,3,,,,'];
  expect(read(...lines).add).toHaveLength(3);
  expect(fieldsOf([head, ...lines, 'gpt-4o,,input,,3,,,,'].join('\n'))).toEqual({
    'csv.5.model': expect.stringContaining('what line 2 says'),
  });
  const add = [
    { model: 'gpt-4o', percentOff: '5' },
    { model: 'gpt-4o', percentOff: '6', tier: null },
  ];
  expect(() => readNewOverrides(add, { createdAt: new Date(), createdBy: 'ops' })).toThrow('Nothing was changed');
});

test.each([
  ['', 'csv.1.model'],
  ['model', 'csv.1.model'],
  ['kind\ninput', 'csv.1.model'],
  ['model,prize\ngpt-4o,1', 'csv.1.prize'],
  ['model,kind,kind\ngpt-4o,input,input', 'csv.1.kind'],
  ['model,note\ngpt-4o,"open', 'csv.2.model'],
])('a file that begins “%s” is refused', (csv, field) => {
  expect(Object.keys(fieldsOf(csv))).toEqual([field]);
});

test('the first faults are told with line and column, and how many are left', () => {
  const detailOf = (...lines: string[]) => {
    try {
      return read(...lines).add.length;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const wrong = 'gpt-4o,,tea,1,,,,,';
  const told = (line: number) => new RegExp(`Line ${line}, column kind: must be one of `);
  expect(detailOf(wrong)).toMatch(told(2));
  expect(detailOf(wrong)).not.toContain('more');
  for (const line of [2, 3, 4]) expect(detailOf(wrong, wrong, wrong, wrong)).toMatch(told(line));
  expect(detailOf(wrong, wrong, wrong, wrong)).toMatch(/ 1 more fault\.$/);
  expect(detailOf(...Array.from({ length: 9 }, () => wrong))).toMatch(/ 6 more faults\.$/);
  expect(detailOf('gpt-4o,,,,,5,,,"open')).toBe(
    'Nothing was changed. Line 2, column model: a quotation mark is not closed, or has text beside it.',
  );
});

test.each(['constructor', 'toString', '__proto__'])('a kind that objects have by nature is none: %s', (kind) => {
  expect(fieldsOf(`model,kind,usd\ngpt-4o,${kind},2.5`)).toMatchObject({
    'csv.2.kind': expect.stringContaining('must be one of'),
  });
});

test('a spreadsheet’s separators, line ends, quotes and byte order mark are read', () => {
  expect(parseCsv('\uFEFFa;b\r\n"1;\n2";"say ""so"""\r\n\r\n3;4')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['1;\n2', 'say "so"'] },
    { line: 5, cells: ['3', '4'] },
  ]);
  expect(parseCsv('a\tb\n1\t')).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['1', ''] },
  ]);
});

test('any table that is written is read again', () => {
  const cell = fc.string({ maxLength: 8 }).map((text) => `x${text.replaceAll('\r', '')}`);
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(table, (rows) => {
      const written = [['a', 'b'], ...rows].map((cells) =>
        cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(','),
      );
      expect(parseCsv(written.join('\n')).map(({ cells }) => cells)).toEqual([['a', 'b'], ...rows]);
    }),
  );
});

test('a hundred thousand columns, or one with an endless name, are refused at once and in few words', () => {
  const names = Array.from({ length: 100_000 }, (_, index) => index.toString(36)).join(',');
  const startedAt = performance.now();
  expect(Object.keys(fieldsOf(`model,${names}\nx`))).toEqual(['csv.1.0']);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect(Object.keys(fieldsOf(`model,${'z'.repeat(100_000)}\nx`))).toEqual([`csv.1.${'z'.repeat(40)}`]);
});
