import type { Clock } from '#core/clock.js';
import type { Database } from '#db/database.js';
import { assertProjectKnown } from '#domain/openai-projects/assert-project-known.js';
import { getOrganization } from '#domain/organizations/get-organization.js';
import type { ReconciliationQuery } from '#domain/reconciliation/reconcile.js';
import { assertReconciledRange } from '#domain/reconciliation/reconciled-days.js';
import { streamFocusCsv } from '#domain/reconciliation/stream-focus-csv.js';
import { streamReconciliationCsv } from '#domain/reconciliation/stream-reconciliation-csv.js';
import { StreamReply } from '../http/reply.js';

/** More rows than a table is read with, as a file is sorted and filtered elsewhere. */
const mostRows = 10_000;

/**
 * The bill, or the comparison, as a file named for its days.
 * @throws Problem for a question that cannot be answered, before anything is written
 */
export async function reconciliationFile(
  deps: { db: Database; clock: Clock },
  tenantId: string,
  { asked, table }: { asked: ReconciliationQuery; table: 'focus' | 'reconciliation' },
): Promise<StreamReply> {
  const { fromDay, toDay, by } = asked;
  assertReconciledRange(table === 'focus' ? { fromDay, toDay } : { fromDay, toDay, by });
  const { organizationId, projectId } = asked;
  if (organizationId !== undefined) await getOrganization(deps, tenantId, organizationId);
  if (projectId !== undefined) await assertProjectKnown(deps, tenantId, { id: projectId, asked });
  const days = `${fromDay}-to-${toDay}`;
  return table === 'focus'
    ? csv(`keyledger-bill-${days}.csv`, streamFocusCsv(deps, tenantId, asked))
    : csv(
        `keyledger-reconciliation-by-${by}-${days}.csv`,
        streamReconciliationCsv(deps, tenantId, { ...asked, limit: mostRows }),
      );
}

function csv(filename: string, pieces: AsyncIterable<string>): StreamReply {
  return new StreamReply('text/csv; charset=utf-8', filename, pieces);
}
