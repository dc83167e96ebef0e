import type { Tenant } from '#domain/tenants/tenant.js';

/** Whom and what a form is bound to. */
export interface FormSubject {
  /** The id of the session, or of the visitor who has none. */
  holder: string;
  /**
   * The tenant that is shown, where that is not the holder's own. A form that was drawn for another one is so refused,
   * rather than done in the wrong one.
   */
  tenantId: string | null;
}

export function formSubject(session: { id: string }, lookedAt: Pick<Tenant, 'id'> | null): FormSubject {
  return { holder: session.id, tenantId: lookedAt?.id ?? null };
}

/** Of who is not signed in. */
export function visitorSubject(visitor: string): FormSubject {
  return { holder: visitor, tenantId: null };
}
