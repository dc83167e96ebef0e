import { z } from 'zod';

type Json = { [name: string]: Json } | Json[] | string | number | boolean | null;

/** The fields of a query or body, at any depth, that are ids by their schema: by them a caller names a thing. */
export function namingFields(schema: z.ZodType): string[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  return [...new Set(fieldsOf(json))];
}

function fieldsOf(json: Json): string[] {
  if (typeof json !== 'object' || json === null) return [];
  const properties = 'properties' in json ? Object.entries(json['properties'] ?? {}) : [];
  const own = properties.filter(([, field]) => isId(field as Json)).map(([name]) => name);
  return [...own, ...Object.values(json).flatMap((inner: Json) => fieldsOf(inner))];
}

/** An id, or a list or choice of them. */
function isId(json: Json): boolean {
  if (typeof json !== 'object' || json === null) return false;
  if ('format' in json && json['format'] === 'uuid') return true;
  const parts = ['items', 'anyOf', 'allOf'].flatMap((name) =>
    name in json ? (json as Record<string, Json>)[name] : [],
  );
  return parts.some((part) => isId(part ?? null));
}
