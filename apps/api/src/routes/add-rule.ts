import type { z } from 'zod';

/**
 * The schema with a rule between its fields, or one that only a clock can judge. It is asked wherever these fields are
 * well-formed, whatever is wrong with others, so that all faults are told at once.
 * @param faultsOf what is wrong, by field; null is nothing
 */
export function addRule<Schema extends z.ZodObject, const Field extends keyof z.output<Schema> & string>(
  schema: Schema,
  fields: readonly Field[],
  faultsOf: (value: Pick<z.output<Schema>, Field>) => Readonly<Record<string, string | null>>,
): Schema {
  return schema.superRefine(
    (value, context) => {
      for (const [field, message] of Object.entries(faultsOf(value as Pick<z.output<Schema>, Field>))) {
        if (message !== null) context.addIssue({ code: 'custom', path: [field], message });
      }
    },
    { when: ({ issues }) => !issues.some((issue) => isAbout(issue, fields)) },
  );
}

/** An issue of the whole is about each field, unless it is only that there are others. */
function isAbout({ code, path }: z.core.$ZodRawIssue, fields: readonly string[]): boolean {
  const [field] = path ?? [];
  return field === undefined ? code !== 'unrecognized_keys' : fields.includes(String(field));
}
