import type { JsonSchema } from '../http/openapi.js';

/** One line of a table of fields. */
export interface FieldRow {
  /** Dotted: `totals.costUsd`, `items[].id`. */
  name: string;
  type: string;
  required: boolean;
  description: string;
}

/** The fields of a JSON object, those of objects within it included, as a flat list. */
export function describeFields(schema: JsonSchema, prefix = ''): FieldRow[] {
  const properties = Object.entries(schema.properties ?? {});
  return properties.flatMap(([key, property]) => {
    if (typeof property !== 'object') return [];
    const name = prefix + key;
    const row = {
      name,
      type: describeType(property),
      required: (schema.required ?? []).includes(key),
      description: property.description ?? '',
    };
    return [row, ...describeInner(property, name)];
  });
}

/** `integer, 1 to 200, default 50`, `completion | models | off`, `string or null`. */
export function describeType({ default: byDefault, ...schema }: JsonSchema): string {
  return byDefault === undefined
    ? describeKind(schema)
    : `${describeKind(schema)}, default ${JSON.stringify(byDefault)}`;
}

function describeKind(schema: JsonSchema): string {
  const choices = schema.anyOf?.filter((choice) => typeof choice === 'object');
  if (choices) return [...new Set(choices.map(describeType))].join(' or ');
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum) return schema.enum.map(String).join(' | ');
  const format = schema.format === undefined ? '' : ` (${schema.format})`;
  return `${[schema.type ?? 'any'].flat().join(' or ')}${format}${describeRange(schema)}`;
}

function describeRange({ minimum, maximum }: JsonSchema): string {
  // Whole numbers carry the limits of exact JSON numbers, which tell a reader nothing.
  const isTold = (limit: number | undefined) => limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  if (isTold(minimum) && isTold(maximum)) return `, ${minimum} to ${maximum}`;
  return isTold(minimum) ? `, at least ${minimum}` : '';
}

function describeInner(schema: JsonSchema, name: string): FieldRow[] {
  const inner = schema.anyOf?.find((choice) => typeof choice === 'object' && choice.properties) ?? schema;
  if (typeof inner !== 'object') return [];
  if (inner.properties) return describeFields(inner, `${name}.`);
  const { items } = inner;
  return typeof items === 'object' && !Array.isArray(items) ? describeFields(items, `${name}[].`) : [];
}
