import type { Book } from './book.js';

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
  { name: 'model-tier-kind', dimensions: ['model', 'tier', 'kind'] },
  { name: 'key', dimensions: ['project', 'key'] },
  { name: 'project-tier-kind', dimensions: ['project', 'tier', 'kind'] },
  { name: 'key-tier-kind', dimensions: ['project', 'key', 'tier', 'kind'] },
  { name: 'project-model', dimensions: ['project', 'model'] },
  { name: 'all', dimensions: ['project', 'key', 'model', 'tier', 'kind'] },
];

/** Apart from the others: its hours know nothing else. */
export const endUserLevel = 'end-user';

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

/** The level with the fewest rows that tells all of `wanted` apart. */
export function levelFor(book: Book, wanted: ReadonlySet<BookDimension>): string {
  if (wanted.has('end-user')) return endUserLevel;
  const level = levelsOf(book).find(({ dimensions }) => [...wanted].every((one) => dimensions.includes(one)));
  if (!level) throw new Error(`no level of the ${book} book tells ${[...wanted].join(', ')} apart`);
  return level.name;
}
