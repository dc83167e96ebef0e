import type { AuditDetails } from './audit-event.js';

/** Of two states of a thing, what they do not have in common; both empty when nothing differs. */
export function differing(before: AuditDetails, after: AuditDetails): { before: AuditDetails; after: AuditDetails } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const pick = (details: AuditDetails) =>
    Object.fromEntries(changed.flatMap((name) => (name in details ? [[name, details[name] ?? null]] : [])));
  return { before: pick(before), after: pick(after) };
}
