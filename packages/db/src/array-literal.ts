/**
 * Values as one Postgres array literal, to be cast where it is used (`${…}::text[]`). A thousand rows travel as one text
 * per column: as JSON, or as arrays, each value would pass through Prisma's own JSON twice, which costs more than to
 * insert it.
 */
export function arrayLiteral(values: readonly (string | number | null | undefined)[]): string {
  return `{${values.map(toElement).join(',')}}`;
}

/** Means itself without quotes. */
const plain = /^(?!null$)[\w.:-]+$/i;

function toElement(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' || plain.test(value)) return String(value);
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
