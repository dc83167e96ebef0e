import type { z } from 'zod';
import { auditFilter } from '../../routes/audit-schemas.js';
import { day } from '../../routes/days.js';
import type { AuditFilters } from '../view-models/links.js';

export interface ReadAuditFilters {
  /** As given, to show in the form again. */
  filters: AuditFilters;
  only: { actor: string | undefined; action: string | undefined; subject: string | undefined };
  /** Local days, both included. */
  days: { fromDay: string | undefined; toDay: string | undefined };
  /** Sentences for the reader. */
  errors: string[];
}

/** The filters of an address; an empty one is none. What cannot be is left out and said in `errors`. */
export function readAuditFilters(query: Readonly<Record<string, string>>): ReadAuditFilters {
  const errors: string[] = [];
  const read = (name: keyof AuditFilters, schema: z.ZodType<string | undefined>, fault: string): string | undefined => {
    const parsed = schema.safeParse(query[name]?.trim() || undefined);
    if (!parsed.success) errors.push(fault);
    return parsed.data;
  };
  const only = {
    actor: read('actor', auditFilter.actor, 'There is nobody of that name or id.'),
    action: read('action', auditFilter.action, 'There is no such action.'),
    subject: read('subject', auditFilter.subject, 'There is no such thing.'),
  };
  const days = {
    fromDay: read('from', day.optional(), '“From” is not a day.'),
    toDay: read('to', day.optional(), '“To” is not a day.'),
  };
  if (days.fromDay !== undefined && days.toDay !== undefined && days.fromDay > days.toDay) {
    errors.push('The range ends before it begins.');
  }
  const text = (name: keyof AuditFilters) => query[name] ?? '';
  const filters = {
    actor: text('actor'),
    action: text('action'),
    subject: text('subject'),
    from: text('from'),
    to: text('to'),
  };
  return { filters, only, days, errors };
}
