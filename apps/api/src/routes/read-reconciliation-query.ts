import type { z } from 'zod';
import type { ReconciliationQuery } from '#domain/reconciliation/reconcile.js';
import { isLong } from '#domain/reconciliation/reconciled-days.js';
import { type AskedRange, readRange } from './read-range.js';
import type { reconciliationQuery } from './reconciliation-schemas.js';

/** Rows are days, or months of a long range. */
export function readReconciliationQuery(
  query: Pick<z.output<typeof reconciliationQuery>, 'by' | 'organization' | 'project' | 'limit'> & AskedRange,
  now: Date,
): ReconciliationQuery {
  const { fromDay, toDay } = readRange(query, { now, zone: 'UTC' });
  return {
    fromDay,
    toDay,
    by: query.by ?? (isLong({ fromDay, toDay }) ? 'month' : 'day'),
    organizationId: query.organization,
    projectId: query.project,
    limit: query.limit,
  };
}
