import { accessTo } from '#domain/access-tokens/access-table.js';
import { toAnchorJson } from '#domain/audit/audit-anchor.js';
import { toAuditJson } from '#domain/audit/audit-json.js';
import { listAuditEvents } from '#domain/audit/list-audit-events.js';
import type { AuditFault } from '#domain/audit/verify-audit.js';
import type { AppDeps } from '../app-deps.js';
import { defineRoute, type Route } from '../http/define-route.js';
import { auditFile, jsonLines } from './audit-file.js';
import { auditFormats, auditPageJson, auditQuery, auditVerdictJson } from './audit-schemas.js';
import { readInstants } from './read-instants.js';
import { anyBody, nothing } from './schemas.js';

const tag = 'Audit';

/** What people and programs did, and whether anybody has changed the record of it. */
export function auditRoutes(deps: AppDeps): Route[] {
  return [listRoute(deps), verifyRoute(deps)];
}

function listRoute(deps: AppDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/audit',
    access: accessTo.audit.read,
    tag,
    summary: 'List who did what, newest first',
    description:
      'With `Accept: text/csv` or `application/jsonl`, or `?format=csv` or `jsonl`: all events of the filter as a file. ' +
      '`docs/audit.md` has the table of actions.',
    params: nothing,
    query: auditQuery,
    body: anyBody,
    response: auditPageJson,
    alternatives: ['text/csv', jsonLines],
    async handle({ query, caller: { tenant }, accepts }) {
      const { actor, action, subject } = query;
      const filter = { actor, action, subject, ...(await readInstants(deps, tenant.id, query)) };
      const format = query.format ?? formatOf(accepts(['json', 'csv', jsonLines]));
      if (format !== 'json') return auditFile(deps, tenant.id, { format, filter });
      const { items, next } = await listAuditEvents(deps, tenant.id, filter, query);
      return { items: items.map(toAuditJson), next };
    },
  });
}

function formatOf(accepted: string | false): (typeof auditFormats)[number] {
  return accepted === jsonLines ? 'jsonl' : (auditFormats.find((format) => format === accepted) ?? 'json');
}

function verifyRoute(deps: AppDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/audit/verify',
    access: accessTo.audit.verify,
    tag,
    summary: 'Check that no audit event was edited, removed or moved',
    description:
      'Makes every link of the chain anew. That its end was cut off shows only beside an anchor that was kept elsewhere: ' +
      '`keyledger audit verify --anchors FILE`.',
    params: nothing,
    query: nothing,
    body: anyBody,
    response: auditVerdictJson,
    async handle({ caller: { tenant } }) {
      const { events, head, fault, faults, faultCount } = await deps.verifyAudit(tenant.id);
      return {
        isWhole: fault === null,
        anchorsCompared: 0,
        events: Number(events),
        head: head && toAnchorJson({ tenantId: tenant.id, ...head }),
        fault: fault && toFaultJson(fault),
        faults: faults.map(toFaultJson),
        faultCount,
      };
    },
  });
}

function toFaultJson({ kind, seq }: AuditFault) {
  return { kind, seq: Number(seq) };
}
