import { z } from 'zod';

/** For routes that take nothing there; strict, so that a misspelt filter is refused rather than ignored. */
export const nothing = z.strictObject({});
/** For routes whose body is not looked at. */
export const anyBody = z.unknown();
/** The answer of a 204. */
export const noContent = z.void();

/** Ids are kept in lower case, and capitals are the same id. */
export const idParams = z.object({ id: z.uuid().toLowerCase() });

export const instant = z.iso.datetime();
export const nullableInstant = instant.nullable();

/** Half of a surrogate pair is stored as another character, the same for every half, so that two texts would be one. */
export const isWellFormed = (text: string) => !/\p{Cs}/u.test(text);
export const illFormed = 'must be well-formed Unicode, without half of a surrogate pair';

const control = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;
const visible = /[^\p{C}\p{Z}]/u;
// As keys and tokens look, and no word of a person: long, with a digit and a capital.
const credential = /(?:sk-|klt_)(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{20,}/;

/** A line that a person types and others read: nothing invisible, and no key that was pasted into the wrong field. */
export const line = z
  .string()
  .trim()
  .regex(visible, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .refine(isWellFormed, illFormed)
  .refine((text) => !control.test(text), 'must have no control characters')
  .refine((text) => !credential.test(text), 'looks like a secret, and everybody can read it here');

export const count = z.int().nonnegative();

/** Decimal USD with up to 12 decimals, never a float. */
export const usd = z.string().regex(/^\d{1,12}(\.\d{1,12})?$/, 'must be an amount of USD such as 0.05');

/** Query parameters that page a list. */
export function paging({ max, byDefault }: { max: number; byDefault: number }) {
  return {
    limit: z.coerce
      .number('must be a number')
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(max, `must be at most ${max}`)
      .default(byDefault),
    after: z.string().max(200).optional().describe('The `next` of the page before.'),
  };
}

export function pageOf<Item extends z.ZodType>(item: Item) {
  return {
    items: z.array(item),
    next: z.string().nullable().describe('Pass it as `after` for the following page; null on the last.'),
  };
}
