import type { z } from 'zod';
import { Problem } from '#core/problem.js';
import { sayFault } from '../../http/say-fault.js';

/**
 * What was typed into a form, by the same rules as the JSON API's and in its words. What the schema does not name is left out.
 * @throws Problem `invalid-request` with what is wrong, by field
 */
export function parseFields<Fields extends z.ZodObject>(
  schema: Fields,
  form: Readonly<Record<string, string>>,
): z.output<Fields> {
  const known = Object.fromEntries(Object.entries(form).filter(([name]) => name in schema.shape));
  const parsed = schema.safeParse(known, { error: sayFault });
  if (parsed.success) return parsed.data;
  const fields: Record<string, string> = {};
  for (const { path, message } of parsed.error.issues) fields[String(path[0] ?? '')] ??= message;
  throw new Problem('invalid-request', { detail: 'Please look at it again.', fields });
}

/**
 * A Problem as sentences beside the fields that a form has, and as `form` for whatever stands beside none of them.
 * @param names of the fields for people, such as `The label`
 */
export function errorsOf(
  { title, detail, fields = {} }: Problem,
  names: Readonly<Record<string, string>>,
): Record<string, string> {
  const sentences = Object.entries(fields).map(([field, fault]): [string, string] => {
    return [field, /^[A-Z]/.test(fault) ? fault : `${names[field] ?? 'This'} ${fault}.`];
  });
  const others = sentences.filter(([field]) => !(field in names)).map(([, sentence]) => sentence);
  if (sentences.length === 0) others.push(detail ?? title);
  return { ...Object.fromEntries(sentences.filter(([field]) => field in names)), form: others.join(' ') };
}

/** The same in one text, for a form with one field. */
export function errorTextOf(problem: Problem, names: Readonly<Record<string, string>>): string {
  return Object.values(errorsOf(problem, names)).filter(Boolean).join(' ');
}
