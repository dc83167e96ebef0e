import type { Book } from './book.js';
import type { Period } from './periods.js';

/** What a day's sums can tell apart at once; the organization they always do. */
export type BookDimension = 'project' | 'key' | 'model' | 'tier' | 'kind' | 'end-user';

export const dimensionColumn = {
  project: 'project_id',
  key: 'key_id',
  model: 'model',
  tier: 'service_tier',
  kind: 'kind',
  'end-user': 'end_user',
} as const satisfies Record<BookDimension, string>;

interface BookLevel {
  name: string;
  dimensions: readonly BookDimension[];
}

/**
 * The levels at which days are summed, those with the fewest rows first. One more makes some question faster and every
 * day larger. A key belongs to one project, so telling that apart as well costs no row.
 */
const levels: readonly BookLevel[] = [
  { name: 'total', dimensions: [] },
  { name: 'tier', dimensions: ['tier'] },
  { name: 'kind', dimensions: ['kind'] },
  { name: 'model', dimensions: ['model'] },
  { name: 'project', dimensions: ['project'] },
  { name: 'model-kind', dimensions: ['model', 'kind'] },
  { name: 'project-kind', dimensions: ['project', 'kind'] },
  { name: 'model-tier-kind', dimensions: ['model', 'tier', 'kind'] },
  { name: 'key', dimensions: ['project', 'key'] },
  { name: 'key-kind', dimensions: ['project', 'key', 'kind'] },
  { name: 'project-tier-kind', dimensions: ['project', 'tier', 'kind'] },
  { name: 'key-tier-kind', dimensions: ['project', 'key', 'tier', 'kind'] },
  { name: 'project-model', dimensions: ['project', 'model'] },
  { name: 'all', dimensions: ['project', 'key', 'model', 'tier', 'kind'] },
];

/** Apart from the others: its hours know nothing else. */
export const endUserLevel = 'end-user';

/** Each hour of a UTC day by model and kind, of the reported book alone: for days in the middle of which something happened. */
export const hourLevels: readonly string[] = Array.from(
  { length: 24 },
  (_, hour) => `hour-${String(hour).padStart(2, '0')}`,
);

/**
 * What was measured has no projects, but keys that tell them; bills have no tiers, and lines that are as fine as anything.
 * Their levels are those that such a book can fill in a way of its own.
 */
export function levelsOf(book: Book): readonly BookLevel[] {
  return levels.filter(({ name, dimensions }) => {
    if (book === 'measured') return !dimensions.includes('project') || dimensions.includes('key');
    return book === 'reported' || name === 'all' || !dimensions.includes('tier');
  });
}

const finestOfMonths: BookLevel = { name: 'key-model-kind', dimensions: ['project', 'key', 'model', 'kind'] };

/** Periods have no level as fine as `all`, whose rows would be nearly as many as those of their days. */
export function periodLevelsOf(book: Book, period: Period): readonly BookLevel[] {
  const coarse = levelsOf(book).filter(({ name }) => name !== 'all');
  return period === 'five-days' || period === 'week' ? coarse : [...coarse, finestOfMonths];
}

/** The level of days with the fewest rows that tells all of `wanted` apart. */
export function levelFor(book: Book, wanted: ReadonlySet<BookDimension>): string {
  const level = findLevel(levelsOf(book), wanted);
  if (level === undefined) throw new Error(`no level of the ${book} book tells ${[...wanted].join(', ')} apart`);
  return level;
}

/** The same of periods; undefined where shorter ones or their days have to be read. */
export function periodLevelFor(book: Book, period: Period, wanted: ReadonlySet<BookDimension>): string | undefined {
  return findLevel(periodLevelsOf(book, period), wanted);
}

function findLevel(among: readonly BookLevel[], wanted: ReadonlySet<BookDimension>): string | undefined {
  if (wanted.has('end-user')) return endUserLevel;
  return among.find(({ dimensions }) => [...wanted].every((one) => dimensions.includes(one)))?.name;
}
