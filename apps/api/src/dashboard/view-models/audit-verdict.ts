import { auditVerdictWords } from '#domain/audit/audit-verdict-words.js';
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
export function auditVerdict(verdict: AuditVerdict): VerdictView {
  const { head, fault, faultCount } = verdict;
  const anchor = head && { seq: String(head.seq), mac: head.mac };
  const { finding, before } = auditVerdictWords(verdict);
  if (fault === null) {
    const text =
      'None was edited, moved, or removed from among the others. Whether the newest were cut off shows only beside an anchor ' +
      'that was kept elsewhere: npm run keyledger -- audit verify --anchors FILE.';
    return { tone: 'ok', icon: 'healthy', title: sentence(finding), text, anchor };
  }
  const text =
    `${sentence(before)} Whoever did this had the rights of the tables’ owner: look at who has those, ` +
    'and compare with a backup or an export from before.' +
    (faultCount > 1 ? ` There are ${formatCount(faultCount)} faults in all; GET /audit/verify lists them.` : '');
  return { tone: 'bad', icon: 'dead', title: sentence(finding), text, anchor };
}

const sentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
