import type { Actor } from './actor.js';

/** What an actor is called in a tenant: who acts from another is named with it. */
export function actorNameIn(tenantId: string, { name, home }: Pick<Actor, 'name' | 'home'>): string {
  return home === undefined || home.id === tenantId ? name : `${name} of ${home.slug}`;
}
