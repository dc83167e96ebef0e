import { z } from 'zod';
import { bookGroups } from '#domain/books/book.js';
import { spendRanges } from '#domain/spend/spend-range.js';
import type { FiguresFilter } from '../../routes/read-figures.js';
import { figuresShape } from '../../routes/usage-figures-schemas.js';
import { day } from '../../routes/days.js';
import { spendFields, type SpendFilters } from '../view-models/spend-filters.js';

const shape = {
  ...figuresShape,
  range: z.enum(spendRanges).optional(),
  from: day.optional(),
  to: day.optional(),
  by: z.enum(bookGroups).optional(),
};

export const spendFaults: Record<keyof SpendFilters, string> = {
  range: 'There is no such range.',
  from: '“From” is not a day.',
  to: '“To” is not a day.',
  calendar: 'There is no such calendar.',
  book: 'There is no such book.',
  by: 'Spend cannot be grouped by that.',
  organization: 'There is no such organization.',
  project: 'There is no such project.',
  key: 'There is no such key.',
  model: 'There is no such model.',
  tier: 'There is no such tier.',
  kind: 'There is no such kind.',
};

interface ReadSpendFilters extends FiguresFilter {
  /** As given, to link from and to show again. */
  given: SpendFilters;
  range: z.infer<typeof shape.range>;
  from: string | undefined;
  to: string | undefined;
  by: z.infer<typeof shape.by>;
  /** Sentences for the reader. */
  errors: string[];
}

/** The view that an address asks for, by the rules of the API; an empty field is none. Days alone are a custom range. */
export function readSpendFilters(query: Readonly<Record<string, string>>): ReadSpendFilters {
  const errors: string[] = [];
  const read = <Value>(name: keyof SpendFilters, schema: z.ZodType<Value>): Value | undefined => {
    const parsed = schema.safeParse(query[name] || undefined);
    if (!parsed.success) errors.push(spendFaults[name]);
    return parsed.data;
  };
  const range = read('range', shape.range);
  const isCustom = range === undefined || range === 'custom';
  return {
    given: Object.fromEntries(spendFields.map((name) => [name, query[name] ?? ''])) as SpendFilters,
    range,
    from: isCustom ? read('from', shape.from) : undefined,
    to: isCustom ? read('to', shape.to) : undefined,
    calendar: read('calendar', shape.calendar),
    by: read('by', shape.by),
    book: read('book', shape.book),
    organization: read('organization', shape.organization),
    project: read('project', shape.project),
    key: read('key', shape.key),
    model: read('model', shape.model),
    tier: read('tier', shape.tier),
    kind: read('kind', shape.kind),
    errors,
  };
}
