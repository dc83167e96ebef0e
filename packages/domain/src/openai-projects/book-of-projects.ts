import type { SpendSources } from '../spend/read-spend-sources.js';

/** The books that OpenAI keeps, as only those know of projects; null while nothing was imported. */
export type ProjectBook = 'billed' | 'reported' | null;

/** The book that says what projects cost: as billed where there are bills, else as reported. */
export function bookOfProjects({ hasBills, hasReported }: Pick<SpendSources, 'hasBills' | 'hasReported'>): ProjectBook {
  if (hasBills) return 'billed';
  return hasReported ? 'reported' : null;
}
