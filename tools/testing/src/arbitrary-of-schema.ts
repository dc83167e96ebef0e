import * as fc from 'fast-check';

/** What of JSON Schema (2020-12) says what a value may be; the rest is the server's to check. */
interface JsonSchema {
  type?: string | string[];
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

/** Texts that have broken programs before: of databases, templates, shells, terminals, prototypes and Unicode. */
const nastyTexts = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e',
  '\ufeff',
  '\r\nSet-Cookie: a=b',
  '\u001b[2J',
  "' OR 1=1 --",
  "'; DROP TABLE tenant; --",
  '${7*7}{{7*7}}',
  '<script>alert(1)</script>',
  '../../../../etc/passwd',
  '%00%ff%2e%2e',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  'Infinity',
  '-0',
  '1e400',
  '9'.repeat(400),
  '0x10',
  '2026-02-30',
  '0000-00-00',
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13T00:00:00.000Z',
  '-000001-01-01',
  '00000000-0000-0000-0000-000000000000',
  'é'.repeat(300),
  'x'.repeat(5_000),
];

const nastyNumbers = [0, -0, -1, 0.1, 1e308, 5e-324, 2 ** 31, 2 ** 53, -(2 ** 63), 1e21, 20_261_121];

/** Any JSON, the nasty kind more often than not. */
export const hostileJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...nastyTexts) },
  { weight: 2, arbitrary: fc.constantFrom(...nastyNumbers) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], { __proto__: null }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 50 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4, noUnicodeString: false }) },
);

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...nastyTexts),
  fc.constantFrom(...nastyNumbers).map(String),
  fc.string({ unit: 'binary', maxLength: 50 }),
);

/** Values of which most fit the schema and some are hostile, at every depth: so that some get far and some get in. */
export function arbitraryOfSchema(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof(valueOf(schema, 0), valueOf(schema, 1));
}

/** Of ten values, `hostility` are. */
function valueOf(schema: JsonSchema, hostility: number): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 10 - hostility, arbitrary: fittingValue(schema, hostility) },
    { weight: hostility, arbitrary: hostileJson },
  );
}

function fittingValue(schema: JsonSchema, hostility: number): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => valueOf(choice, hostility)));
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object') return fittingObject(schema, hostility);
  if (type === 'array') return fc.array(valueOf(schema.items ?? {}, hostility), { maxLength: 4 });
  if (type === 'string') return fittingText(schema);
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  if (type !== 'integer' && type !== 'number') return hostileJson;
  const { minimum: min = -1_000, maximum: max = 1_000_000 } = schema;
  return fc.oneof(fc.constantFrom(min, max), fc.integer({ min: Math.ceil(min), max: Math.floor(max) }));
}

function fittingObject({ properties = {}, required = [] }: JsonSchema, hostility: number): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, member]) => {
    const value = valueOf(member, hostility);
    return [name, required.includes(name) ? value : fc.option(value, { nil: undefined })] as const;
  });
  return fc.record(Object.fromEntries(members)).map((object) =>
    // What is undefined is left out in JSON as well.
    Object.fromEntries(Object.entries(object).filter(([, member]) => member !== undefined)),
  );
}

function fittingText({ format, pattern }: JsonSchema): fc.Arbitrary<string> {
  const days = fc.date({ min: new Date('2026-08-01'), max: new Date('2026-12-31'), noInvalidDate: true });
  const usual = fc.constantFrom(
    `sk-proj-${'a1b2c3d4'.repeat(6)}`,
    'gpt-4o-mini',
    'a',
    'Name',
    '12.5',
    '0',
    'UTC',
    'Europe/Berlin',
    'all',
  );
  const found: fc.Arbitrary<string>[] = [
    usual,
    fc.uuid(),
    days.map((day) => day.toISOString()),
    days.map((day) => day.toISOString().slice(0, 10)),
    fc.string({ maxLength: 20 }),
  ];
  if (format === 'uuid') return fc.oneof(fc.uuid(), usual);
  if (pattern !== undefined) found.push(...matching(pattern));
  return fc.oneof(...found);
}

/** None for a pattern with parts, such as a look ahead, that nothing can be made of. */
function matching(pattern: string): fc.Arbitrary<string>[] {
  try {
    return Array.from({ length: 4 }, () => fc.stringMatching(new RegExp(pattern)));
  } catch {
    return [];
  }
}
