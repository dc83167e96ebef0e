import type { z } from 'zod';
import type { Calendar } from '#domain/books/book.js';
import type { UsageFilter } from '#domain/usage/usage-filter.js';
import { day } from '../../routes/days.js';
import { figuresShape } from '../../routes/usage-figures-schemas.js';
import { usageQuery } from '../../routes/usage-schemas.js';
import type { UsageFilters } from '../view-models/links.js';

export interface ReadUsageFilters {
  /** As given, to show in the form again. */
  filters: UsageFilters;
  only: Pick<UsageFilter, 'keyId' | 'source' | 'model' | 'tier'>;
  /** Both included, and whose days they are. */
  days: { fromDay: string | undefined; toDay: string | undefined; calendar: Calendar };
  /** Sentences for the reader, by field. */
  errors: Partial<Record<keyof UsageFilters, string>>;
}

export const usageFaults = {
  key: 'There is no such key.',
  source: 'There is no such source.',
  model: 'There is no such model.',
  tier: 'There is no usage of this tier.',
  calendar: 'There is no such calendar.',
  from: '“From” is not a day.',
  to: '“To” is not a day.',
} as const satisfies Record<keyof UsageFilters, string>;

// The same rules as the API's filters; here a day is always a whole day.
const { key, source, model, tier } = usageQuery.shape;

/** The filters of an address; an empty one is none. What cannot be is left out and said in `errors`. */
export function readUsageFilters(query: Readonly<Record<string, string>>): ReadUsageFilters {
  const errors: ReadUsageFilters['errors'] = {};
  const read = <Value>(name: keyof UsageFilters, schema: z.ZodType<Value>): Value | undefined => {
    const parsed = schema.safeParse(query[name] || undefined);
    if (!parsed.success) errors[name] = usageFaults[name];
    return parsed.data;
  };
  const only = {
    keyId: read('key', key),
    source: read('source', source),
    model: read('model', model),
    tier: read('tier', tier),
  };
  const days = {
    calendar: read('calendar', figuresShape.calendar) ?? 'tenant',
    fromDay: read('from', day.optional()),
    toDay: read('to', day.optional()),
  };
  if (days.fromDay !== undefined && days.toDay !== undefined && days.fromDay > days.toDay) {
    errors.from = 'The range ends before it begins.';
  }
  const text = (name: keyof UsageFilters) => query[name] ?? '';
  const filters = {
    key: text('key'),
    source: text('source'),
    model: text('model'),
    tier: text('tier'),
    calendar: text('calendar'),
    from: text('from'),
    to: text('to'),
  };
  return { filters, only, days, errors };
}
