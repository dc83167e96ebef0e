import { auditActionKinds, auditActions, auditActionsOf } from '#domain/audit/audit-actions.js';
import type { ListedAuditEvent } from '#domain/audit/list-audit-events.js';
import type { AuditVerdict } from '#domain/audit/verify-audit.js';
import { timeFormatFor, type TimeFormat, type TimeView } from '../format/format-time.js';
import { type AuditLine, auditLines } from './audit-lines.js';
import { auditVerdict, type VerdictView } from './audit-verdict.js';
import { buildFrame, type Frame, type FrameInput } from './frame.js';
import type { Pagination } from './keys-page.js';
import { type AuditFilters, links } from './links.js';

export interface AuditPageInput {
  frame: FrameInput;
  filters: AuditFilters;
  errors: string[];
  events: ListedAuditEvent[];
  /** Null when nobody asked for it. */
  verdict: AuditVerdict | null;
  cursor: string | null;
  nextCursor: string | null;
}

export interface AuditPage {
  frame: Frame;
  filters: AuditFilters;
  isFiltered: boolean;
  error: string;
  actions: { label: string; options: { value: string; label: string; isSelected: boolean }[] }[];
  verdict: VerdictView | null;
  rows: AuditRow[];
  isEmpty: boolean;
  pagination: Pagination;
  hrefs: { audit: string; verify: string; csv: string; jsonLines: string };
}

export interface AuditRow {
  seq: string;
  /** Null of a time that somebody has made unreadable. */
  time: TimeView | null;
  at: string;
  actor: { name: string; kind: string; address: string; href: string };
  action: string;
  meaning: string;
  subject: { name: string; kind: string; href: string };
  lines: AuditLine[];
  facts: { name: string; value: string }[];
}

export function auditPage(input: AuditPageInput): AuditPage {
  const { filters, cursor, nextCursor, verdict } = input;
  const time = timeFormatFor(input.frame.tenant.reportingTimeZone);
  return {
    frame: buildFrame(input.frame, { section: 'audit', title: 'Audit' }),
    filters,
    isFiltered: Object.values(filters).some((value) => value !== ''),
    error: input.errors.join(' '),
    actions: actionChoices(filters.action),
    verdict: verdict && auditVerdict(verdict),
    rows: input.events.map((event) => rowOf(event, { filters, time, now: input.frame.now })),
    isEmpty: input.events.length === 0,
    pagination: {
      nextHref: nextCursor === null ? null : links.audit({ ...filters, cursor: nextCursor }),
      nextLabel: 'Older events',
      firstHref: cursor === null ? null : links.audit(filters),
      firstLabel: 'Newest',
    },
    hrefs: {
      audit: links.audit(),
      verify: links.audit({ ...filters, verify: '1' }),
      csv: links.auditFile('csv', filters),
      jsonLines: links.auditFile('jsonl', filters),
    },
  };
}

/** All that is done with one kind of thing, and each action of it. */
function actionChoices(selected: string): AuditPage['actions'] {
  return auditActionKinds.map((kind) => {
    const actions = auditActionsOf(kind);
    const values = actions.length > 1 ? [kind, ...actions] : actions;
    const options = values.map((value) => ({
      value,
      label: value === kind ? `${kind}: all` : value,
      isSelected: value === selected,
    }));
    return { label: kind, options };
  });
}

const unreadable = 'unreadable';

function rowOf(
  event: ListedAuditEvent,
  { filters, time, now }: { filters: AuditFilters; time: TimeFormat; now: Date },
): AuditRow {
  const { at, actor, subject, action } = event;
  return {
    seq: String(event.seq),
    time: at && time.ago(at, now),
    at: at ? time.dated(at, now) : unreadable,
    actor: {
      name: actor.name,
      kind: actor.kind,
      address: actor.address ?? '',
      href: links.audit({ ...filters, actor: actor.id ?? actor.name }),
    },
    action,
    meaning: Object.hasOwn(auditActions, action) ? auditActions[action as keyof typeof auditActions] : '',
    subject: {
      name: subject.name ?? '',
      kind: subject.kind.replaceAll('-', ' '),
      href: links.audit({ ...filters, subject: subject.id }),
    },
    lines: auditLines(event, time),
    facts: factsOf(event, time),
  };
}

function factsOf({ seq, at, actor, subject, mac }: ListedAuditEvent, time: TimeFormat): AuditRow['facts'] {
  const facts = [
    { name: 'Event', value: String(seq) },
    { name: 'At', value: at ? time.exact(at) : unreadable },
    { name: 'Done by', value: actor.id ?? '' },
    { name: 'Done to', value: subject.id },
    { name: 'Request', value: actor.requestId ?? '' },
    { name: 'MAC', value: mac },
  ];
  return facts.filter(({ value }) => value !== '');
}
