import type { Request } from 'express';
import type { Clock } from '#core/clock.js';
import { recentSignInMs } from '#domain/sessions/session.js';
import type { Session } from './session.js';

/** Whether whoever is signed in proved so recently who they are that they may do what cannot be left to a stolen session. */
export function hasRecentSignIn({ clock }: { clock: Clock }, session: Session | null): boolean {
  if (!session?.signedInAt) return false;
  return clock.now().getTime() - session.signedInAt.getTime() < recentSignInMs;
}

/** Whoever is signed in, and comes to sign in again because that was too long ago. */
export function signsInAgain(deps: { clock: Clock }, request: Request, session: Session | null): boolean {
  return session !== null && request.query['again'] !== undefined && !hasRecentSignIn(deps, session);
}
