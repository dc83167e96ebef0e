import { Problem } from '#core/problem.js';
import type { TenantView } from './tenant-view.js';

/**
 * Of a tenant whose purge has begun there is nothing whole to change, restore or export, and no audit to write it into.
 * @throws Problem `tenant-state`
 */
export function assertNotPurged({ purgeBeganAt }: Pick<TenantView, 'purgeBeganAt'>): void {
  if (purgeBeganAt === null) return;
  throw new Problem('tenant-state', {
    detail: 'Its purge has begun: nothing of it can be changed, restored or exported.',
  });
}
