import { Problem } from '#core/problem.js';
import { accessTo } from '#domain/access-tokens/access-table.js';
import type { AuditFilter } from '#domain/audit/list-audit-events.js';
import { listAuditEvents } from '#domain/audit/list-audit-events.js';
import { localDayRange } from '#domain/usage/local-day-range.js';
import { auditFile } from '../../routes/audit-file.js';
import type { DashboardDeps } from '../dashboard-deps.js';
import { auditPage } from '../view-models/audit-page.js';
import { loadFrame } from './load-frame.js';
import type { PageRoute, Visit } from './page-route.js';
import { readAuditFilters, type ReadAuditFilters } from './read-audit-filters.js';

const shownEvents = 50;

export function auditPages(deps: DashboardDeps): PageRoute[] {
  const { read: access } = accessTo.audit;
  return [
    { method: 'get', path: '/audit', access, handle: (visit) => showAudit(deps, visit) },
    { method: 'get', path: '/audit.csv', access, handle: (visit) => sendAudit(deps, visit, 'csv') },
    { method: 'get', path: '/audit.jsonl', access, handle: (visit) => sendAudit(deps, visit, 'jsonl') },
  ];
}

/** Two looks into the database beside those of every page; with `verify`, the whole chain is read as well. */
async function showAudit(deps: DashboardDeps, visit: Visit) {
  const { tenant, query } = visit;
  const given = readAuditFilters(query);
  const isFaulty = given.errors.length > 0;
  const cursor = query['cursor'] || null;
  const [frame, verdict, page] = await Promise.all([
    loadFrame(deps, visit),
    query['verify'] === '1' ? deps.verifyAudit(tenant.id) : null,
    isFaulty ? { items: [], next: null } : loadEvents(deps, visit, { given, cursor }),
  ]);
  const { filters, errors } = given;
  const model = auditPage({ frame, filters, errors, events: page.items, verdict, cursor, nextCursor: page.next });
  return { html: deps.renderer.render('audit', model), status: isFaulty ? 400 : 200 };
}

async function loadEvents(
  deps: DashboardDeps,
  { tenant }: Visit,
  { given, cursor }: { given: ReadAuditFilters; cursor: string | null },
) {
  const filter = await toFilter(deps, tenant.id, given);
  return listAuditEvents(deps, tenant.id, filter, { after: cursor ?? undefined, limit: shownEvents });
}

async function sendAudit(deps: DashboardDeps, { tenant, query }: Visit, format: 'csv' | 'jsonl') {
  const given = readAuditFilters(query);
  const [fault] = given.errors;
  if (fault !== undefined) throw new Problem('invalid-request', { detail: fault });
  return auditFile(deps, tenant.id, { format, filter: await toFilter(deps, tenant.id, given) });
}

async function toFilter(deps: DashboardDeps, tenantId: string, { only, days }: ReadAuditFilters): Promise<AuditFilter> {
  return { ...only, ...(await localDayRange(deps, tenantId, days)) };
}
