import type { AuditFault, AuditVerdict } from './verify-audit.js';

export interface AuditVerdictWords {
  /** Of the chain as a whole, or of its first fault. */
  finding: string;
  /** Of what stands before the first fault; empty of a whole chain. */
  before: string;
  /** Of the faults after the first that the verdict lists. */
  others: string[];
}

/** A verdict in the words of pages and terminals alike: clauses, without capital and full stop. */
export function auditVerdictWords({
  events,
  fault,
  faults,
}: Pick<AuditVerdict, 'events' | 'fault' | 'faults'>): AuditVerdictWords {
  if (fault === null) return { finding: wholeWords(events), before: '', others: [] };
  return { finding: faultWords(fault), before: beforeWords(events), others: faults.slice(1).map(faultWords) };
}

function wholeWords(events: bigint): string {
  if (events === 0n) return 'nothing was audited yet';
  return events === 1n ? 'the one event is as it was written' : `all ${count(events)} events are as they were written`;
}

function beforeWords(events: bigint): string {
  if (events === 0n) return 'no event stands before it';
  return events === 1n ? 'the event before it is whole' : `the ${count(events)} events before it are whole`;
}

function faultWords({ seq, kind }: AuditFault): string {
  if (kind === 'altered') return `event ${seq} is not as it was written`;
  if (kind === 'missing') return `event ${seq} is not there`;
  return `at event ${seq} it ends before an anchor, or goes on otherwise than an anchor says`;
}

const count = (events: bigint): string => events.toLocaleString('en-US');
