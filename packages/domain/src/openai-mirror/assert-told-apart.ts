import { Problem } from '#core/problem.js';
import type { OrganizationView } from '../organizations/organization.js';

const retryAfterSecs = 30;

/**
 * Of which organization a key is, its first import finds out. Until then two keys may open the same one, whose costs would
 * be added to themselves.
 * @throws Problem `unavailable` for several organizations, one of them not known yet
 */
export function assertToldApart(organizations: readonly OrganizationView[]): void {
  const unknown = organizations.find(({ isConnected, inventoryAt }) => isConnected && inventoryAt === null);
  if (!unknown || organizations.length === 1) return;
  const detail = `“${unknown.name}” was not imported yet, so it is not known whether it is the same organization as another, whose costs would be counted twice. Ask again after its first import, or of one organization alone with “organization”.`;
  throw new Problem('unavailable', { detail, retryAfterSecs });
}
