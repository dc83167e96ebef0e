/**
 * Whom and what a form is bound to: the session, and the tenant where that is not the session's own. A form that was drawn
 * while another tenant was looked at is so refused, rather than done in the wrong one.
 */
export function formSubject(session: { id: string }, lookedAt: { id: string } | null): string {
  return lookedAt ? `${session.id} in ${lookedAt.id}` : session.id;
}
