import { z } from 'zod';
import { isId } from '#core/ids.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { getImportProgress } from '#domain/organizations/get-import-progress.js';
import { getOrganization } from '#domain/organizations/get-organization.js';
import { listInventoryDrift } from '#domain/organizations/list-inventory-drift.js';
import { listOrganizations } from '#domain/organizations/list-organizations.js';
import { listUnknownResults } from '#domain/organizations/list-unknown-results.js';
import { renameOrganization } from '#domain/organizations/rename-organization.js';
import { requestImport } from '#domain/organizations/request-import.js';
import { notACursor } from '#domain/paging/not-a-cursor.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { presentDrift, presentFeed, presentOrganization } from './organization-presenter.js';
import {
  driftPageJson,
  driftQuery,
  organizationDetailJson,
  organizationJson,
  organizationPatchBody,
  unknownResultJson,
} from './organization-schemas.js';
import { anyBody, idParams, nothing, pageOf, paging } from './schemas.js';

const tag = 'Organizations';
const oneOrganization = { params: idParams, query: nothing, body: anyBody, tag };

export function organizationRoutes(deps: AppDeps): Route[] {
  return [...readingOrganizations(deps), ...listingOddities(deps), ...changingOrganizations(deps)];
}

function readingOrganizations(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...oneOrganization,
      method: 'get',
      path: '/organizations',
      access: accessTo.organizations.read,
      summary: 'List organizations at OpenAI, oldest first',
      description: 'Each is connected by storing an admin key of it with `POST /keys`.',
      params: nothing,
      query: z.strictObject(paging({ max: 200, byDefault: 50 })),
      response: z.object(pageOf(organizationJson)),
      async handle({ query, caller }) {
        if (query.after !== undefined && !isId(query.after)) throw notACursor();
        const { items, next } = await listOrganizations(deps, caller.tenant.id, query);
        return { items: items.map(presentOrganization), next };
      },
    }),
    defineRoute({
      ...oneOrganization,
      method: 'get',
      path: '/organizations/:id',
      access: accessTo.organizations.read,
      summary: 'Show one organization, and how far it was imported',
      response: organizationDetailJson,
      async handle({ params, caller }) {
        const { tenant } = caller;
        const organization = await getOrganization(deps, tenant.id, params.id);
        const { feeds, percent } = await getImportProgress(deps, tenant.id, params.id);
        const { counts } = await listInventoryDrift(deps, tenant.id, params.id, { limit: 1 });
        const progress = { percent, feeds: feeds.map(presentFeed) };
        return { ...presentOrganization(organization), progress, drift: counts };
      },
    }),
  ];
}

/** What deserves a look: keys, and what nobody here understands. */
function listingOddities(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...oneOrganization,
      method: 'get',
      path: '/organizations/:id/drift',
      access: accessTo.organizations.read,
      summary: 'List where keys at OpenAI and keys stored here differ',
      description: 'As of the last import. A key is listed once for each thing about it.',
      query: driftQuery,
      response: driftPageJson,
      async handle({ params, query, caller }) {
        const organization = await getOrganization(deps, caller.tenant.id, params.id);
        return presentDrift(await listInventoryDrift(deps, caller.tenant.id, params.id, query), organization);
      },
    }),
    defineRoute({
      ...oneOrganization,
      method: 'get',
      path: '/organizations/:id/unknown-results',
      access: accessTo.organizations.read,
      summary: 'List results of a kind that this version does not know',
      description: 'As they came, latest first. No figure holds them; `unknownResults` of a feed counts them.',
      query: z.strictObject(paging({ max: 100, byDefault: 20 })),
      response: z.object(pageOf(unknownResultJson)),
      async handle({ params, query, caller }) {
        const { items, next } = await listUnknownResults(deps, caller.tenant.id, params.id, query);
        return { items: items.map((item) => ({ ...item, bucketAt: item.bucketAt.toISOString() })), next };
      },
    }),
  ];
}

function changingOrganizations(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...oneOrganization,
      method: 'patch',
      path: '/organizations/:id',
      access: accessTo.organizations.rename,
      summary: 'Rename an organization',
      description: 'Here alone: OpenAI is not told.',
      body: organizationPatchBody,
      response: organizationJson,
      handle: async ({ params, body, caller, actor }) =>
        presentOrganization(
          await renameOrganization({ ...deps, actor }, caller.tenant.id, { id: params.id, name: body.name }),
        ),
    }),
    defineRoute({
      ...oneOrganization,
      method: 'post',
      path: '/organizations/:id/import',
      access: accessTo.organizations.import,
      summary: 'Import an organization now',
      description:
        'Does not wait: a worker takes it up within seconds, or once the import under way has ended. `importing`, ' +
        '`importedAt` and `importError` tell what became of it.',
      response: organizationJson,
      handle: async ({ params, caller, actor }) =>
        presentOrganization(await requestImport({ ...deps, actor }, caller.tenant.id, params.id)),
    }),
  ];
}
