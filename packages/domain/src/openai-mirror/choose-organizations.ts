import type { Clock } from '#core/clock.js';
import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { listOrganizations } from '../organizations/list-organizations.js';
import { isTwin, type OrganizationView } from '../organizations/organization.js';

/**
 * The organizations that a question is about: the one that `wanted` names by its id here or at OpenAI, else all. One that
 * two admin keys open is one.
 * @throws Problem `no-organization` when the tenant has none; `not-found` when none has that id
 */
export async function chooseOrganizations(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  wanted: string | undefined,
): Promise<OrganizationView[]> {
  const { items } = await listOrganizations(deps, tenantId);
  if (items.length === 0) {
    const detail = 'No organization is connected. Store one of its admin keys (sk-admin-…) with POST /keys.';
    throw new Problem('no-organization', { detail });
  }
  const chosen =
    wanted === undefined
      ? items.filter((each) => !isTwin(each))
      : items.filter(({ id, openaiId }) => id === wanted || openaiId === wanted);
  if (chosen.length === 0) throw new Problem('not-found', { detail: 'There is no such organization.' });
  const byOpenAiId = new Map<string, OrganizationView>();
  for (const each of chosen.toSorted((a, b) => Number(a.isConnected) - Number(b.isConnected))) {
    byOpenAiId.set(each.openaiId ?? each.id, each);
  }
  return [...byOpenAiId.values()];
}
