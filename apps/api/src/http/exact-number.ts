/** A JSON number with all of its digits: what a double would round is written as it is. */
export class ExactNumber {
  /** @param digits a decimal such as `-12.000000000001`, as JSON writes numbers */
  constructor(readonly digits: string) {}
}

/** As `JSON.stringify` for what is plain data, with exact numbers. */
export function writeJson(value: unknown): string {
  if (value instanceof ExactNumber) return value.digits;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${writeJson(member)}`).join(',')}}`;
}
