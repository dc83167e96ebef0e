import { links } from './links.js';
import type { SpendFigures } from './spend-figures.js';
import { narrowing, noneValue, type SpendFilters } from './spend-filters.js';

/**
 * Where the rows are that made the figures of a view: lines of the bill as a file, reported buckets of one day, measured
 * records. Null where those cannot be narrowed alike, or there are more days than one of the reported book; a click on a day
 * leads to its own.
 */
export function rowsBehind(
  { book, head }: Pick<SpendFigures, 'book' | 'head'>,
  filters: SpendFilters,
): { label: string; href: string } | null {
  const { from, to } = head;
  const { calendar, organization, project, key, model, tier, kind } = filters;
  if (book === 'reported') {
    const narrowed = Object.fromEntries(narrowing.map((name) => [name, filters[name]]));
    return from === to ? { label: 'Rows', href: links.reported({ ...narrowed, calendar, day: from }) } : null;
  }
  if (book === 'billed') {
    if (key || model || kind || project === noneValue) return null;
    return { label: 'Lines of the bill', href: links.reconciliationCsv({ from, to, organization, project }) };
  }
  if (organization || project || [key, model, tier].includes(noneValue)) return null;
  return { label: 'Records', href: links.usage({ key, model, tier, source: kind, calendar, from, to }) };
}
