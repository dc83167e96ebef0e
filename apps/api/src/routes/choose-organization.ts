import type { Clock } from '#core/clock.js';
import { Problem } from '#core/problem.js';
import type { Database } from '#db/database.js';
import { getOrganization } from '#domain/organizations/get-organization.js';
import { isTwin } from '#domain/organizations/organization.js';
import { listOrganizations } from '#domain/organizations/list-organizations.js';

const mostNamed = 20;

/**
 * The organization that is meant: the one that is named, or else the only one there is.
 * @throws Problem `not-found`, `no-organization`, or `invalid-request` that names them when there are several
 */
export async function chooseOrganization(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  given: string | undefined,
): Promise<string> {
  if (given !== undefined) return (await getOrganization(deps, tenantId, given)).id;
  const listed = await listOrganizations(deps, tenantId, { limit: mostNamed });
  const items = listed.items.filter((each) => !isTwin(each));
  const [only, ...others] = items;
  if (!only) {
    throw new Problem('no-organization', { detail: 'Store an admin key of an OpenAI organization to connect it.' });
  }
  if (others.length === 0) return only.id;
  const names = items.map(({ id, name }) => `${id} (${name})`).join(', ');
  const detail = `There are several organizations, so “organization” has to say which: ${names}.`;
  throw new Problem('invalid-request', { field: 'organization', detail });
}
