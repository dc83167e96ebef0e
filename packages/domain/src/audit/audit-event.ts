import type { Actor } from './actor.js';
import type { AuditAction } from './audit-actions.js';

/** Plain values, as they are shown to people. */
export type AuditDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface AuditSubject {
  /** What kind of thing: `provider-key`, `access-token`, `tenant`, … */
  kind: string;
  id: string;
  /** As it was called then. */
  name?: string | undefined;
}

/** What is to be written down. */
export interface AuditEntry {
  action: AuditAction;
  subject: AuditSubject;
  /** What differs, and nothing secret. */
  before?: AuditDetails | undefined;
  after?: AuditDetails | undefined;
}

/** A link of a tenant's chain. */
export interface AuditEvent {
  /** From 1, without gaps. */
  seq: bigint;
  /** Null of a time that we cannot have written: somebody has edited it. */
  at: Date | null;
  actor: Actor;
  action: string;
  subject: { kind: string; id: string; name: string | null };
  /** JSON, character by character what its MAC is of. */
  before: string | null;
  after: string | null;
}

/** What the MAC of an event is of, besides the event before: all of it, in this order, as one JSON text. */
export function contentOf(tenantId: string, { seq, at, actor, action, subject, before, after }: AuditEvent): string {
  const who = [actor.kind, actor.id, actor.name, actor.address, actor.requestId];
  const what = [action, subject.kind, subject.id, subject.name, before, after];
  return JSON.stringify(['v1', tenantId, seq.toString(), at && at.toISOString(), ...who, ...what]);
}
