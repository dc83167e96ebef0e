import type { ListedAuditEvent } from './list-audit-events.js';
import { readDetails } from './read-details.js';

/** An event as JSON has it. */
export function toAuditJson({ seq, at, before, after, ...event }: ListedAuditEvent) {
  return {
    seq: Number(seq),
    at: at && at.toISOString(),
    ...event,
    before: readDetails(before),
    after: readDetails(after),
  };
}
