import type { AuditFilter } from '#domain/audit/list-audit-events.js';
import { streamAuditCsv } from '#domain/audit/stream-audit-csv.js';
import { streamAuditJsonLines } from '#domain/audit/stream-audit-json-lines.js';
import type { AppDeps } from '../app-deps.js';
import { StreamReply } from '../http/reply.js';

/** As https://jsonlines.org names it. */
export const jsonLines = 'application/jsonl';

/** All audit events of a filter as a file. */
export function auditFile(
  deps: Pick<AppDeps, 'db'>,
  tenantId: string,
  { format, filter }: { format: 'csv' | 'jsonl'; filter: AuditFilter },
): StreamReply {
  return format === 'csv'
    ? new StreamReply('text/csv; charset=utf-8', 'keyledger-audit.csv', streamAuditCsv(deps, tenantId, filter))
    : new StreamReply(jsonLines, 'keyledger-audit.jsonl', streamAuditJsonLines(deps, tenantId, filter));
}
