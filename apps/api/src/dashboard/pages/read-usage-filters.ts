import type { UsageFilter } from '#domain/usage/usage-filter.js';
import type { z } from 'zod';
import { day, usageQuery } from '../../routes/usage-schemas.js';
import type { UsageFilters } from '../view-models/links.js';

export interface ReadUsageFilters {
  /** As given, to show in the form again. */
  filters: UsageFilters;
  only: { keyId: string | undefined } & Pick<UsageFilter, 'source' | 'model'>;
  /** Local days, both included. */
  days: { fromDay: string | undefined; toDay: string | undefined };
  /** Sentences for the reader, by field. */
  errors: Partial<Record<keyof UsageFilters, string>>;
}

// The same rules as the API's filters; here a day is always a whole day.
const { key, source, model } = usageQuery.shape;

/** The filters of an address; an empty one is none. What cannot be is left out and said in `errors`. */
export function readUsageFilters(query: Readonly<Record<string, string>>): ReadUsageFilters {
  const errors: ReadUsageFilters['errors'] = {};
  const read = <Value>(name: keyof UsageFilters, schema: z.ZodType<Value>, fault: string): Value | undefined => {
    const parsed = schema.safeParse(query[name] || undefined);
    if (!parsed.success) errors[name] = fault;
    return parsed.data;
  };
  const only = {
    keyId: read('key', key, 'There is no such key.'),
    source: read('source', source, 'There is no such source.'),
    model: read('model', model, 'There is no such model.'),
  };
  const days = {
    fromDay: read('from', day.optional(), '“From” is not a day.'),
    toDay: read('to', day.optional(), '“To” is not a day.'),
  };
  if (days.fromDay !== undefined && days.toDay !== undefined && days.fromDay > days.toDay) {
    errors.from = 'The range ends before it begins.';
  }
  const text = (name: keyof UsageFilters) => query[name] ?? '';
  const filters = {
    key: text('key'),
    source: text('source'),
    model: text('model'),
    from: text('from'),
    to: text('to'),
  };
  return { filters, only, days, errors };
}
