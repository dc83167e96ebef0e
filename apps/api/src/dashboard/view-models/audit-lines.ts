import { z } from 'zod';
import { readDetails } from '#domain/audit/read-details.js';
import type { TimeFormat } from '../format/format-time.js';

/** One thing that an event says, such as `Label` `CI → CI, old`. */
export interface AuditLine {
  name: string;
  /** As it was, where that differs; null where there was nothing. */
  before: string | null;
  /** As it is since; null where it ended. */
  after: string | null;
}

/** What an event keeps of before and after, name by name; what never was and is not is left out. */
export function auditLines(event: { before: string | null; after: string | null }, time: TimeFormat): AuditLine[] {
  const before = readDetails(event.before) ?? {};
  const after = readDetails(event.after) ?? {};
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const lines = names.map((name) => ({
    name: nameWords(name),
    before: name in before ? valueWords(before[name], time) : null,
    after: name in after ? valueWords(after[name], time) : null,
  }));
  return lines
    .map((line) => (line.before === line.after ? { ...line, before: null } : line))
    .filter(({ before: was, after: is }) => (was ?? none) !== none || (is ?? none) !== none);
}

/** `dailyCapUsd` is “Daily cap USD”. */
function nameWords(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll(/\b(usd|id)\b/g, toUpper);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const toUpper = (word: string) => word.toUpperCase();

const none = 'none';
/** As we write it ourselves: a name may look like one, and be of no calendar. */
const instant = z.iso.datetime({ precision: 3 });

function valueWords(value: unknown, time: TimeFormat): string {
  if (value === null || value === '') return none;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? none : value.map((one) => valueWords(one, time)).join(' · ');
  if (typeof value === 'string') return instant.safeParse(value).success ? time.exact(new Date(value)) : value;
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
