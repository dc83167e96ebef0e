import { Problem } from '#core/problem.js';
import { narrowing } from '../view-models/spend-filters.js';
import { spendFaults } from './read-spend-filters.js';

/** What the question for figures got wrong, to be said on the page that it was asked on. Rethrows what is no such fault. */
export function faultsOfFilters(error: unknown): string[] {
  if (!(error instanceof Problem)) throw error;
  const missing = narrowing.find((name) => error.fields?.[name] !== undefined);
  if (error.code === 'not-found' && missing) return [spendFaults[missing], 'Remove the filter to see the rest.'];
  if (error.code === 'invalid-request') return [error.detail ?? error.title];
  throw error;
}
