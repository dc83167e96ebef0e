import type { z } from 'zod';
import { Problem } from '#core/problem.js';

/**
 * What was typed into a form, by the same rules as the JSON API's. What the schema does not name is left out.
 * @throws Problem `invalid-request` with what is wrong, by field
 */
export function parseFields<Fields extends z.ZodObject>(
  schema: Fields,
  form: Readonly<Record<string, string>>,
): z.output<Fields> {
  const known = Object.fromEntries(Object.entries(form).filter(([name]) => name in schema.shape));
  const parsed = schema.safeParse(known);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path: [name = ''], message }): [string, string] => [String(name), message]);
  throw new Problem('invalid-request', { detail: 'Please look at it again.', fields: Object.fromEntries(faults) });
}

/** A Problem as words beside the fields that a form has, by their names for people, and as `form` for anything else. */
export function errorsOf(problem: Problem, names: Readonly<Record<string, string>>): Record<string, string> {
  const faults = Object.entries(problem.fields ?? {});
  const beside = faults.filter(([field]) => field in names);
  if (beside.length === 0) return { form: problem.detail ?? problem.title };
  return Object.fromEntries(
    beside.map(([field, fault]) => [field, /^[A-Z]/.test(fault) ? fault : `${names[field]} ${fault}.`]),
  );
}
