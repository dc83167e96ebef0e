import { Problem } from '#core/problem.js';
import { platformSlug } from './tenant.js';

/**
 * The tenant that the installation is run from stays, as nobody could bring it back.
 * @throws Problem `tenant-state`
 */
export function assertNotPlatform({ slug }: { slug: string }, done: string): void {
  if (slug !== platformSlug) return;
  throw new Problem('tenant-state', { detail: `The installation is run from this tenant: it cannot be ${done}.` });
}
