import type { z } from 'zod';
import type { ReconciliationQuery } from '#domain/reconciliation/reconcile.js';
import type { reconciliationQuery } from './reconciliation-schemas.js';

/** Without days it is this month so far, in UTC; with an end alone, the month up to it. */
export function readReconciliationQuery(
  query: Pick<z.output<typeof reconciliationQuery>, 'from' | 'to' | 'by' | 'organization' | 'project' | 'limit'>,
  now: Date,
): ReconciliationQuery {
  const toDay = query.to ?? now.toISOString().slice(0, 10);
  return {
    fromDay: query.from ?? `${toDay.slice(0, 8)}01`,
    toDay,
    by: query.by,
    organizationId: query.organization,
    projectId: query.project,
    limit: query.limit,
  };
}
