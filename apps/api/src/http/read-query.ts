import { z } from 'zod';

/**
 * The query as its schema wants it: a parameter that is a list there may come once, several times (`name=a&name=b`) or in
 * brackets (`name[]=a`), as OpenAI's own clients write them. Everything else is left for the schema to judge.
 */
export function readQuery(schema: z.ZodObject, given: Record<string, unknown>): Record<string, unknown> {
  const read = { ...given };
  for (const [name, field] of Object.entries(schema.shape)) {
    const bracketed = `${name}[]`;
    if (!isList(field) || (read[name] === undefined && read[bracketed] === undefined)) continue;
    read[name] = [read[name] ?? [], read[bracketed] ?? []].flat();
    delete read[bracketed];
  }
  return read;
}

function isList(field: unknown): boolean {
  if (field instanceof z.ZodDefault || field instanceof z.ZodOptional) return isList(field.unwrap());
  return field instanceof z.ZodArray;
}
