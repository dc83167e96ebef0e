import type { z } from 'zod';
import type { ReconciliationQuery } from '#domain/reconciliation/reconcile.js';
import { isLong } from '#domain/reconciliation/reconciled-days.js';
import type { reconciliationQuery } from './reconciliation-schemas.js';

/** Without days it is this month so far, in UTC; with an end alone, the month up to it. Rows are days, or months of a long range. */
export function readReconciliationQuery(
  query: Pick<z.output<typeof reconciliationQuery>, 'from' | 'to' | 'by' | 'organization' | 'project' | 'limit'>,
  now: Date,
): ReconciliationQuery {
  const toDay = query.to ?? now.toISOString().slice(0, 10);
  const fromDay = query.from ?? `${toDay.slice(0, 8)}01`;
  return {
    fromDay,
    toDay,
    by: query.by ?? (isLong({ fromDay, toDay }) ? 'month' : 'day'),
    organizationId: query.organization,
    projectId: query.project,
    limit: query.limit,
  };
}
