import type { AuditVerdict } from '#domain/audit/verify-audit.js';
import { formatCount } from '../format/format-tokens.js';

export interface VerdictView {
  tone: 'ok' | 'bad';
  icon: string;
  title: string;
  text: string;
  /** Of the last event that is whole, to be kept elsewhere; null of an empty chain. */
  anchor: { seq: string; mac: string } | null;
}

/** What was found, in words that say what to do about it. */
export function auditVerdict({ events, head, fault, faultCount }: AuditVerdict): VerdictView {
  const anchor = head && { seq: String(head.seq), mac: head.mac };
  const whole = formatCount(Number(events));
  if (fault === null) {
    const title = events === 0n ? 'Nothing was audited yet.' : `All ${whole} events are as they were written.`;
    const text =
      'None was edited, moved, or removed from among the others. Whether the newest were cut off shows only beside an anchor ' +
      'that was kept elsewhere: npm run keyledger -- audit verify --anchors FILE.';
    return { tone: 'ok', icon: 'healthy', title, text, anchor };
  }
  const text =
    `The ${whole} events before it are whole. Whoever did this had the rights of the tables’ owner: look at who has those, ` +
    'and compare with a backup or an export from before.' +
    (faultCount > 1 ? ` There are ${formatCount(faultCount)} faults in all; GET /audit/verify lists them.` : '');
  return { tone: 'bad', icon: 'dead', title: faultWords(fault), text, anchor };
}

function faultWords({ seq, kind }: NonNullable<AuditVerdict['fault']>): string {
  if (kind === 'altered') return `Event ${seq} is not as it was written.`;
  if (kind === 'missing') return `Event ${seq} is missing.`;
  return `The chain was cut off at event ${seq}.`;
}
