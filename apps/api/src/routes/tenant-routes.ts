import { z } from 'zod';
import { Problem } from '#core/problem.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import { createTenant } from '#domain/tenants/create-tenant.js';
import { deleteTenant } from '#domain/tenants/delete-tenant.js';
import { exportTenant } from '#domain/tenants/export-tenant.js';
import { restoreTenant } from '#domain/tenants/restore-tenant.js';
import { resumeTenant } from '#domain/tenants/resume-tenant.js';
import { suspendTenant } from '#domain/tenants/suspend-tenant.js';
import type { TenantView } from '#domain/tenants/tenant-view.js';
import { unscopedGetTenant } from '#domain/tenants/unscoped-get-tenant.js';
import { unscopedListTenants } from '#domain/tenants/unscoped-list-tenants.js';
import { updateTenant } from '#domain/tenants/update-tenant.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { StreamReply } from '../http/reply.js';
import { anyBody, idParams, nothing, pageOf, paging } from './schemas.js';
import {
  deletionQuery,
  listedTenantJson,
  newTenantBody,
  ownTenantJson,
  suspensionBody,
  tenantJson,
  tenantPatchBody,
  tenantsQueryFields,
} from './tenant-schemas.js';

const tag = 'Tenants';
const own = { tag, path: '/tenant', params: nothing, query: nothing, response: ownTenantJson } as const;
const one = { tag, params: idParams, query: nothing, body: anyBody, response: tenantJson } as const;

export function tenantRoutes(deps: AppDeps): Route[] {
  return [
    ...ownTenantRoutes(deps),
    ...listingTenants(deps),
    ...changingTenants(deps),
    ...suspendingTenants(deps),
    ...endingTenants(deps),
  ];
}

function ownTenantRoutes(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...own,
      method: 'get',
      access: accessTo.ownTenant.read,
      summary: 'Show the tenant that you act in',
      body: anyBody,
      handle: ({ caller }) => Promise.resolve(caller.tenant),
    }),
    defineRoute({
      ...own,
      method: 'patch',
      access: accessTo.ownTenant.change,
      summary: 'Rename the tenant that you act in, or give it another time zone',
      body: tenantPatchBody,
      handle: ({ body, caller, actor }) => updateTenant({ ...deps, actor }, caller.tenant.id, body),
    }),
  ];
}

function listingTenants(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...one,
      method: 'get',
      path: '/tenants',
      access: accessTo.tenants.read,
      summary: 'List all tenants, by slug',
      params: nothing,
      query: z.strictObject({ ...paging({ max: 200, byDefault: 50 }), ...tenantsQueryFields }),
      response: z.object(pageOf(listedTenantJson)),
      async handle({ query: { q, ...page } }) {
        const { items, next } = await unscopedListTenants(deps, { ...page, search: q });
        return { items: items.map((item) => ({ ...item, ...presentTenant(item) })), next };
      },
    }),
    defineRoute({
      ...one,
      method: 'get',
      path: '/tenants/:id',
      access: accessTo.tenants.read,
      summary: 'Show one tenant',
      handle: async ({ params }) => presentTenant(await unscopedGetTenant(deps, params.id)),
    }),
    defineRoute({
      ...one,
      method: 'get',
      path: '/tenants/:id/export',
      access: accessTo.tenants.export,
      summary: 'Export all of a tenant as JSON lines, without secrets',
      description:
        'A line per row, `{"table": …, "row": …}`; the last line says how many there were. Without it the file is not ' +
        'whole. Hashes, sealed secrets and what can be summed again are left out.',
      response: z.never(),
      alternatives: ['application/x-ndjson'],
      async handle({ params, actor }) {
        const { slug, lines } = await exportTenant({ ...deps, actor }, params.id);
        return new StreamReply('application/x-ndjson; charset=utf-8', `keyledger-${slug}.jsonl`, lines);
      },
    }),
  ];
}

function changingTenants(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...one,
      method: 'post',
      path: '/tenants',
      access: accessTo.tenants.create,
      summary: 'Make a tenant',
      description: 'Then issue its first token with `POST /access-tokens` and `X-Tenant`.',
      params: nothing,
      body: newTenantBody,
      status: 201,
      async handle({ body, actor }) {
        const { reportingTimeZone, ...named } = body;
        const wanted = { ...named, ...(reportingTimeZone !== undefined && { reportingTimeZone }) };
        const { id } = await createTenant({ ...deps, actor }, wanted);
        return presentTenant(await unscopedGetTenant(deps, id));
      },
    }),
    defineRoute({
      ...one,
      method: 'patch',
      path: '/tenants/:id',
      access: accessTo.tenants.change,
      summary: 'Rename a tenant, or give it another time zone',
      body: tenantPatchBody,
      handle: async ({ params, body, actor }) => presentTenant(await updateTenant({ ...deps, actor }, params.id, body)),
    }),
  ];
}

function suspendingTenants(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...one,
      method: 'post',
      path: '/tenants/:id/suspend',
      access: accessTo.tenants.suspend,
      summary: 'Suspend a tenant',
      description: 'Its tokens and sessions are refused with the reason, its keys neither tested nor imported.',
      body: suspensionBody,
      handle: async ({ params, body, actor }) =>
        presentTenant(await suspendTenant({ ...deps, actor }, params.id, body)),
    }),
    defineRoute({
      ...one,
      method: 'post',
      path: '/tenants/:id/resume',
      access: accessTo.tenants.suspend,
      summary: 'Let a suspended tenant in again',
      handle: async ({ params, actor }) => presentTenant(await resumeTenant({ ...deps, actor }, params.id)),
    }),
  ];
}

function endingTenants(deps: AppDeps): Route[] {
  return [
    defineRoute({
      ...one,
      method: 'delete',
      path: '/tenants/:id',
      access: accessTo.tenants.delete,
      summary: 'Delete a tenant',
      description:
        'It is refused at once, can be restored until `purgeAt` (`TENANT_DELETE_GRACE_DAYS`), and is then gone for good ' +
        'with its keys, books and audit. Needs `?confirm=` with its slug.',
      query: deletionQuery,
      async handle({ params, query, actor }) {
        const { slug } = await unscopedGetTenant(deps, params.id);
        if (query.confirm !== slug) {
          const detail = `This ends the tenant and, after a time of grace, all that it has. Add ?confirm=${slug} to do it.`;
          throw new Problem('confirmation-required', { detail, fields: { confirm: `must be “${slug}”` } });
        }
        const graceDays = deps.settings.tenantGraceDays;
        return presentTenant(await deleteTenant({ ...deps, actor }, params.id, { graceDays }));
      },
    }),
    defineRoute({
      ...one,
      method: 'post',
      path: '/tenants/:id/restore',
      access: accessTo.tenants.delete,
      summary: 'Restore a deleted tenant',
      description: 'Possible until its `purgeAt`. It is active or suspended again, as it was.',
      handle: async ({ params, actor }) => presentTenant(await restoreTenant({ ...deps, actor }, params.id)),
    }),
  ];
}

function presentTenant({ createdAt, suspendedAt, deletedAt, purgeAt, ...tenant }: TenantView) {
  return {
    ...tenant,
    createdAt: createdAt.toISOString(),
    suspendedAt: suspendedAt?.toISOString() ?? null,
    deletedAt: deletedAt?.toISOString() ?? null,
    purgeAt: purgeAt?.toISOString() ?? null,
  };
}
