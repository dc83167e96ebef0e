import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '#testing/test-database.js';
import { withOwnerConnection } from './with-owner-connection.js';

// The migrations are written by hand, so nothing but this keeps the Prisma schema true to them.

const schemaText = await readFile(new URL('../../../prisma/schema.prisma', import.meta.url), 'utf8');

let home: { url: string; drop(): Promise<void> };
beforeAll(async () => {
  home = await createTestDatabase();
});
afterAll(() => home.drop());

const read = (sql: string): Promise<string[]> =>
  withOwnerConnection(home.url, async (connection) => {
    const { rows } = await connection.query<{ line: string }>(sql);
    return rows.map(({ line }) => line).toSorted();
  });

const sqlTypes: Record<string, string> = {
  String: 'text',
  Boolean: 'boolean',
  Int: 'integer',
  BigInt: 'bigint',
  Bytes: 'bytea',
  Json: 'jsonb',
  'String @db.Uuid': 'uuid',
  'DateTime @db.Timestamptz(3)': 'timestamp(3) with time zone',
  'DateTime @db.Date': 'date',
  'Decimal @db.Decimal(24,12)': 'numeric(24,12)',
  'Decimal @db.Decimal(36,12)': 'numeric(36,12)',
};

interface Model {
  table: string;
  fields: { name: string; column: string; line: string; isUnique: boolean; isId: boolean; hasDefault: boolean }[];
  keys: { kind: string; fields: string[] }[];
}

function parseModel([, body = '']: RegExpMatchArray): Model {
  const lines = body.split('\n').map((line) => line.trim());
  const fields = lines.flatMap((line) => {
    const match = /^(\w+)\s+(\w+)(\??)\s*(.*)$/.exec(line);
    if (!match) return [];
    const [, name = '', type = '', optional = '', rest = ''] = match;
    const column = /@map\("(\w+)"\)/.exec(rest)?.[1] ?? name;
    const native = /@db\.[\w]+(?:\([\d, ]+\))?/.exec(rest)?.[0].replaceAll(' ', '');
    const sqlType = sqlTypes[native === undefined ? type : `${type} ${native}`];
    if (sqlType === undefined) throw new Error(`no SQL type is known for: ${line}`);
    const described = `${column} ${sqlType}${optional === '' ? ' NOT NULL' : ''}`;
    const has = (attribute: string) => new RegExp(`@${attribute}\\b`).test(rest);
    return [{ name, column, line: described, isUnique: has('unique'), isId: has('id'), hasDefault: has('default') }];
  });
  const keys = [...body.matchAll(/@@(id|unique)\(\[([\w, ]+)\]\)/g)].map(([, kind = '', list = '']) => ({
    kind,
    fields: list.split(',').map((name) => name.trim()),
  }));
  return { table: /@@map\("(\w+)"\)/.exec(body)?.[1] ?? '', fields, keys };
}

const models = [...schemaText.matchAll(/^model \w+ \{\n([\s\S]*?)^\}/gm)].map(parseModel);

test('each column is in the schema with its type and nullability, and none is only in one of them', async () => {
  const inSchema = models.flatMap(({ table, fields }) => fields.map(({ line }) => `${table}.${line}`));
  const inDatabase = await read(`
    SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END AS line
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relname <> '_prisma_migrations'`);
  expect(models.length).toBeGreaterThan(5);
  expect(inSchema.toSorted()).toEqual(inDatabase);
});

test('each unique key of the schema is one of the database, with its columns in their order', async () => {
  const wanted = models.flatMap(({ table, fields, keys }) => {
    const columnOf = (name: string) => fields.find((field) => field.name === name)?.column;
    const single = fields.filter(({ isId, isUnique }) => isId || isUnique);
    return [
      ...single.map(({ column, isId }) => `${table} ${isId ? 'id' : 'unique'} ${column}`),
      ...keys.map((key) => `${table} ${key.kind} ${key.fields.map(columnOf).join(',')}`),
    ];
  });
  const found = await read(`
    SELECT c.relname || ' ' || CASE WHEN i.indisprimary THEN 'id' ELSE 'unique' END || ' '
           || (SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(i.indkey) WITH ORDINALITY AS k(num, place)
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.num) AS line
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE i.indisunique AND i.indpred IS NULL AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
      AND c.relname <> '_prisma_migrations'`);
  expect(wanted.toSorted()).toEqual(found);
});

test('what the schema leaves to a default has one in the database, and nothing else has', async () => {
  const wanted = models.flatMap(({ table, fields }) =>
    fields.filter(({ hasDefault }) => hasDefault).map(({ column }) => `${table}.${column}`),
  );
  const found = await read(`SELECT table_name || '.' || column_name AS line FROM information_schema.columns
    WHERE table_schema = 'public' AND column_default IS NOT NULL AND table_name <> '_prisma_migrations'`);
  expect(wanted.toSorted()).toEqual(found);
});
