import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

/** What to write instead, to follow the name of the field; of schemas that do not say it themselves. */
export function sayFault(issue: Issue): string | undefined {
  const isMissing = issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
  if (isMissing) return 'is required';
  if (issue.code === 'invalid_type') return `must be ${types[issue.expected] ?? `of type ${issue.expected}`}`;
  if (issue.code === 'invalid_format') return formats[issue.format] ?? 'is not written as it has to be';
  if (issue.code === 'invalid_value') {
    return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
  }
  if (issue.code === 'too_small') return sizeOf(issue.origin, 'at least', Number(issue.minimum));
  if (issue.code === 'too_big') return sizeOf(issue.origin, 'at most', Number(issue.maximum));
  return issue.code === 'invalid_union' ? 'is none of the forms that it can have' : undefined;
}

const types: Readonly<Record<string, string>> = {
  string: 'a text, between quotation marks',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list, such as [ … ]',
  object: 'an object, such as { … }',
  record: 'an object, such as { … }',
  null: 'null',
};

const formats: Readonly<Record<string, string>> = {
  date: 'must be a day such as 2026-11-20',
  datetime: 'must be an instant such as 2026-11-20T09:30:00Z',
  uuid: 'must be an id such as 0193b0a0-7c5e-7d2a-9f41-3a5e6c7d8e9f',
  email: 'must be an address such as ops@example.com',
  url: 'must be an address such as https://example.com/path',
};

function sizeOf(origin: string, bound: 'at least' | 'at most', limit: number): string {
  if (origin === 'string' && bound === 'at least' && limit === 1) return 'must not be empty';
  const unit = units[origin];
  return unit ? `must have ${bound} ${limit} ${limit === 1 ? unit : `${unit}s`}` : `must be ${bound} ${limit}`;
}

const units: Readonly<Record<string, string>> = { string: 'character', array: 'item', set: 'item' };
